using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Experiments.Api.Shared;

namespace Experiments.Api.Catalog;

/// <summary>One commit of the catalogue as its log keeps it: who, when, what, why, and the hash of the entry before.</summary>
/// <remarks>
/// The stored text ends in <c>,"hash":"…"}</c>. The hash is the SHA-256 (lower-case hex) of the stored bytes with that member taken
/// out, so that the chain is checked on the very bytes, whatever a JSON reader would make of them.
/// </remarks>
internal sealed record CatalogEntry
{
    /// <summary>Hash before the first entry.</summary>
    public static readonly string NoHash = new('0', 64);

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>1 for the first entry; also the version of the catalogue after it.</summary>
    public required long Seq { get; init; }

    /// <summary>Tells this commit from another with the same content.</summary>
    public required Guid Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string By { get; init; }

    /// <summary>Kind of document and verb: <c>experiment.start</c>.</summary>
    public required string Action { get; init; }
    public required string Reason { get; init; }

    /// <summary>Documents written, whole.</summary>
    public required IReadOnlyList<CatalogDocument> Documents { get; init; }
    public required string Prev { get; init; }
    public string Hash { get; init; } = "";

    private static int TailLength => ",\"hash\":\"\"}".Length + 64;

    /// <summary>The bytes to store, and the entry with its hash.</summary>
    public (CatalogEntry Entry, byte[] Bytes) Seal()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions)) Write(writer);

        var hash = Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
        var tail = Encoding.ASCII.GetBytes($",\"hash\":\"{hash}\"}}");
        return (this with { Hash = hash }, [.. buffer.WrittenSpan[..^1], .. tail]);
    }

    /// <exception cref="JsonException">The bytes are not an entry.</exception>
    public static CatalogEntry Read(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize<CatalogEntry>(bytes, ApiJson.Stored) ?? throw new JsonException("The entry is null.");

    /// <summary>Recomputes the hash of stored bytes; null when they do not end in a hash.</summary>
    public static string? HashOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= TailLength || !bytes[^TailLength..].StartsWith(",\"hash\":\""u8)) return null;
        return Convert.ToHexStringLower(SHA256.HashData([.. bytes[..^TailLength], (byte)'}']));
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("seq", Seq);
        writer.WriteString("id", Id);
        writer.WritePropertyName("at");
        JsonSerializer.Serialize(writer, At, ApiJson.Stored);
        writer.WriteString("by", By);
        writer.WriteString("action", Action);
        writer.WriteString("reason", Reason);
        writer.WritePropertyName("documents");
        JsonSerializer.Serialize(writer, Documents, ApiJson.Stored);
        writer.WriteString("prev", Prev);
        writer.WriteEndObject();
    }
}

/// <summary>A document in an entry of the log.</summary>
internal sealed record CatalogDocument(string Type, string Key, JsonElement Body);
