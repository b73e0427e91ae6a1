using System.Text;
using System.Xml.Linq;
using Experiments.Api.Store;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Experiments.Api.Access;

/// <summary>Keeps the keys that protect session cookies in the store, so that every process reads the cookies of every other, after restarts too.</summary>
internal sealed class KeyRing(IStore store) : IXmlRepository
{
    private const string Shard = "sessions";
    private const string Key = "ring";

    public IReadOnlyCollection<XElement> GetAllElements() => [.. Ring().Elements.Elements()];

    public void StoreElement(XElement element, string friendlyName)
    {
        while (true)
        {
            var (version, elements) = Ring();
            elements.Add(element);
            var bytes = Encoding.UTF8.GetBytes(elements.ToString(SaveOptions.DisableFormatting));
            var commit = new StoreCommit([new StoreWrite(Key, bytes)]);
            if (Wait(store.CommitAsync(Shard, version, commit, CancellationToken.None)) is not null) return;
        }
    }

    private (ShardVersion Version, XElement Elements) Ring()
    {
        var read = Wait(store.ReadAsync(Shard, [Key], CancellationToken.None));
        return (read.Version, read.Values[0] is { } bytes ? XElement.Parse(Encoding.UTF8.GetString(bytes.Span)) : new XElement("ring"));
    }

    // The framework's interface is synchronous; it asks once a day, and at the first sign-in.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
