using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Experiments.Sdk.Assignment;

/// <summary>Hashes one user under several salts: the user is encoded once, each salt is copied in front of him.</summary>
/// <remarks>The recipe is that of docs/assignment.md: XxHash3 (64 bit, seed 0) of the UTF-8 bytes of <c>salt + ":" + user</c>.</remarks>
internal readonly ref struct UserHasher
{
    /// <summary>Longest user, in UTF-16 units.</summary>
    public const int MaximumUserLength = 512;

    /// <summary>Longest salt with its colon, in UTF-8 bytes.</summary>
    public const int SaltRoom = 256;

    /// <summary>Longest user, in bytes: no UTF-16 unit takes more than three bytes of UTF-8.</summary>
    public const int MaximumUserBytes = 3 * MaximumUserLength;

    /// <summary>Bytes that a caller puts on the stack.</summary>
    public const int BufferSize = SaltRoom + MaximumUserBytes;

    private readonly Span<byte> _buffer;
    private readonly int _end;

    private UserHasher(Span<byte> buffer, int end)
    {
        _buffer = buffer;
        _end = end;
    }

    /// <summary>The user in UTF-8.</summary>
    public ReadOnlySpan<byte> User => _buffer[SaltRoom.._end];

    /// <summary>Whether a user can be assigned: 1 to 512 UTF-16 units, well formed, without control characters.</summary>
    public static bool IsValid(string? user)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        return TryCreate(user, buffer, out _);
    }

    /// <summary>Encodes the user into <paramref name="buffer"/> (<see cref="BufferSize"/> bytes); false if the user is not valid.</summary>
    public static bool TryCreate(string? user, Span<byte> buffer, out UserHasher hasher)
    {
        hasher = default;
        if (user is not { Length: > 0 and <= MaximumUserLength }) return false;

        var room = buffer[SaltRoom..];
        if (Ascii.FromUtf16(user, room, out var written) == OperationStatus.Done)
        {
            if (room[..written].ContainsAnyExceptInRange((byte)' ', (byte)'~')) return false;
        }
        else if (HasControl(user)
            || Utf8.FromUtf16(user, room, out _, out written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            // A lone surrogate would become U+FFFD and make two users one.
            return false;
        }

        hasher = new UserHasher(buffer, SaltRoom + written);
        return true;
    }

    /// <summary>hash64 of salt, colon and user.</summary>
    /// <param name="salt">UTF-8 of the salt, the colon included: <see cref="Salt"/>.</param>
    public ulong Hash(ReadOnlySpan<byte> salt)
    {
        var start = SaltRoom - salt.Length;
        salt.CopyTo(_buffer[start..]);
        return XxHash3.HashToUInt64(_buffer[start.._end]);
    }

    /// <summary>Stands for the user where an experiment names him: the first 128 bits of SHA-256 of salt, colon and user.</summary>
    /// <param name="salt">Of the experiment: <see cref="NamedSalt"/>.</param>
    public UInt128 Pseudonym(ReadOnlySpan<byte> salt)
    {
        var start = SaltRoom - salt.Length;
        salt.CopyTo(_buffer[start..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer[start.._end], hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>The pseudonym of a user whom an experiment names, as text; null if the user is not valid.</summary>
    public static string? PseudonymOf(string experiment, string? user)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        if (!TryCreate(user, buffer, out var hasher)) return null;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, hasher.Pseudonym(NamedSalt(experiment)));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Whether a text is a pseudonym.</summary>
    public static bool IsPseudonym(string? text) =>
        text is { Length: 22 } && Base64Url.IsValid(text, out var length) && length == 16;

    /// <summary>The pseudonym that a text stands for.</summary>
    /// <exception cref="FormatException">It stands for none.</exception>
    public static UInt128 ParsePseudonym(string text) => IsPseudonym(text)
        ? BinaryPrimitives.ReadUInt128LittleEndian(Base64Url.DecodeFromChars(text))
        : throw new FormatException("A named user is 22 characters of base64url.");

    /// <summary>Salt of the users whom an experiment names.</summary>
    public static byte[] NamedSalt(string experiment) => Salt($"named/1/{experiment}");

    /// <summary>Slot or bucket of a hash: <c>floor(hash * 10,000 / 2^64)</c>.</summary>
    public static int Bucket(ulong hash) => (int)Math.BigMul(hash, BucketTable.Size, out _);

    /// <summary>Bytes of a salt as <see cref="Hash"/> takes them.</summary>
    /// <exception cref="ArgumentException">The salt has more than 255 bytes.</exception>
    public static byte[] Salt(string salt)
    {
        ArgumentNullException.ThrowIfNull(salt);
        var bytes = Encoding.UTF8.GetBytes(salt + ":");
        return bytes.Length <= SaltRoom
            ? bytes
            : throw new ArgumentException($"A salt has at most {SaltRoom - 1} bytes of UTF-8; this one has {bytes.Length - 1}.", nameof(salt));
    }

    private static bool HasControl(string user)
    {
        foreach (var unit in user)
        {
            if (char.IsControl(unit)) return true;
        }

        return false;
    }
}
