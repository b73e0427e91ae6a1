using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Experiments.Api.Dashboard;

/// <summary>Files that are part of the program: style, scripts, type, documentation. Nothing comes from another host.</summary>
internal static class Assets
{
    private const string Prefix = "assets/";

    // Named by the style sheet, which knows no versions; the type never changes under its name.
    private const string Font = "font/woff2";

    private static readonly Assembly Program = typeof(Assets).Assembly;

    private static readonly FrozenDictionary<string, Asset> Files = Program.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..], name => Asset.Of(name), StringComparer.Ordinal);

    /// <summary>Address of a file that may be kept for ever: another content has another address.</summary>
    public static string Url(string name) => $"/assets/{name}?v={Files[name].Version}";

    /// <summary>A hash over the program and its files: a page drawn by another version is not the same page.</summary>
    public static string Version { get; } = Hash(Encoding.UTF8.GetBytes(
        string.Concat(Files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value.Version)) + Program.ManifestModule.ModuleVersionId));

    /// <summary>Text of an embedded file, or null.</summary>
    public static string? Text(string resource)
    {
        using var stream = Program.GetManifestResourceStream(resource);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <param name="name">Name of the file.</param>
    /// <param name="version">Version in the address: only what is asked for by its version is kept without asking again.</param>
    /// <param name="response">Where the headers go.</param>
    public static Results<FileContentHttpResult, NotFound> Get(string name, string? version, HttpResponse response)
    {
        if (!Files.TryGetValue(name, out var asset)) return TypedResults.NotFound();
        response.Headers.CacheControl = version == asset.Version || asset.ContentType == Font ? "public, max-age=31536000, immutable" : "no-cache";
        return TypedResults.Bytes(asset.Bytes, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{asset.Version}\""));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6));

    private sealed record Asset(byte[] Bytes, string ContentType, string Version)
    {
        public static Asset Of(string resource)
        {
            using var stream = Program.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new(bytes, ContentTypeOf(resource), Hash(bytes));
        }

        private static string ContentTypeOf(string resource) => Path.GetExtension(resource) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".woff2" => Font,
            _ => "text/plain; charset=utf-8",
        };
    }
}
