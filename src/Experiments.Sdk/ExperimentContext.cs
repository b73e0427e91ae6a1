using System.Text.Json;

namespace Experiments.Sdk;

/// <summary>What is known of one user at one moment: attributes that audiences ask for, channel, phase of the journey.</summary>
/// <remarks>Make one per request, fill it, pass it to the calls of that request. Reading it from several threads is safe, writing is not.
/// <example><code>
/// var context = new ExperimentContext { Channel = "web", ["country"] = "FR", ["orders"] = 12, ["member"] = true };
/// </code></example></remarks>
public sealed class ExperimentContext
{
    private const string ChannelAttribute = "channel";
    private const string PhaseAttribute = "phase";

    private Entry[] _entries = [];
    private int _count;

    /// <summary>Channel of the moment (<c>web</c>, <c>email</c>, <c>store</c>…): the attribute <c>channel</c>.</summary>
    public string? Channel
    {
        get => TextOf(ChannelAttribute);
        set => this[ChannelAttribute] = value;
    }

    /// <summary>Phase of the journey, <c>before</c>, <c>during</c> or <c>after</c> the purchase: the attribute <c>phase</c>.</summary>
    public string? Phase
    {
        get => TextOf(PhaseAttribute);
        set => this[PhaseAttribute] = value;
    }

    /// <summary>Value of an attribute; the default value of <see cref="AttributeValue"/> when it is not known.</summary>
    /// <param name="attribute">Name of the attribute, compared by code units.</param>
    public AttributeValue this[string attribute]
    {
        get
        {
            var index = IndexOf(attribute);
            return index < 0 ? default : _entries[index].Value;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(attribute);
            var index = IndexOf(attribute);
            if (index < 0)
            {
                if (_count == _entries.Length) Array.Resize(ref _entries, Math.Max(4, 2 * _count));
                index = _count++;
            }

            _entries[index] = new Entry(attribute, value);
        }
    }

    /// <summary>A copy in which some attributes are true.</summary>
    internal static ExperimentContext WithTrue(ExperimentContext? context, IEnumerable<string> attributes)
    {
        var copy = new ExperimentContext();
        for (var i = 0; i < context?._count; i++) copy[context._entries[i].Name] = context._entries[i].Value;
        foreach (var attribute in attributes) copy[attribute] = true;
        return copy;
    }

    /// <summary>Attributes of a JSON object; members that are no string, number or truth value are left out.</summary>
    internal static ExperimentContext FromJson(JsonElement attributes)
    {
        var context = new ExperimentContext();
        if (attributes.ValueKind != JsonValueKind.Object) return context;
        foreach (var member in attributes.EnumerateObject()) context[member.Name] = AttributeValue.FromJson(member.Value);
        return context;
    }

    private string? TextOf(string attribute) => this[attribute] is { Kind: AttributeKind.Text } value ? value.Text : null;

    private int IndexOf(string attribute)
    {
        // A handful of names: a scan is shorter than a hash.
        for (var i = 0; i < _count; i++)
        {
            if (string.Equals(_entries[i].Name, attribute, StringComparison.Ordinal)) return i;
        }

        return -1;
    }

    private readonly record struct Entry(string Name, AttributeValue Value);
}
