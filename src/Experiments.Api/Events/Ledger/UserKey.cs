using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Experiments.Api.Events.Ledger;

/// <summary>Pseudonym of a user: the first 128 bits of HMAC-SHA256 of his id under the installation's key.</summary>
/// <remarks>The store, the archive and the logs hold this and never the id. Assignment hashes the raw id: SDKs hold no such key.</remarks>
internal readonly record struct UserKey(UInt128 Value)
{
    private const int Bytes = 16;

    /// <summary>Key of the user's record in its shard.</summary>
    public string StoreKey => "u:" + ToString();

    /// <summary>Key of the mark that the user's record cannot be read, in his shard.</summary>
    public string DeadLetterKey => "x:" + ToString();

    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        WriteTo(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>A pseudonym as <see cref="ToString"/> wrote it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static UserKey Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return Base64Url.TryDecodeFromChars(text, bytes, out var length) && length == Bytes
            ? new UserKey(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new FormatException("This is no pseudonym.");
    }

    /// <summary>Pseudonym of an id. Ids are compared by their UTF-8 bytes: case and form matter.</summary>
    public static UserKey Of(ReadOnlySpan<byte> pseudonymKey, string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        var maximum = Encoding.UTF8.GetMaxByteCount(user.Length);
        Span<byte> utf8 = maximum <= 2048 ? stackalloc byte[maximum] : new byte[maximum];
        var length = Encoding.UTF8.GetBytes(user, utf8);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(pseudonymKey, utf8[..length], mac);
        return new UserKey(BinaryPrimitives.ReadUInt128BigEndian(mac));
    }
}
