using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using Experiments.Api.Catalog;

namespace Experiments.Api.Access;

/// <summary>
/// Keys as callers hold them: <c>exp_{role}_{8 hex digits}_{43 of 0-9A-Za-z}_{6 of the same}</c>. The first parts name the key, the long one
/// is 256 random bits that only their hash remembers, the last is a checksum: a typing error, or a key found by a scanner, is told
/// without asking anybody.
/// </summary>
internal static class SecretKeys
{
    private const string Prefix = "exp";
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int SecretLength = 43;
    private const int ChecksumLength = 6;
    private const int Longest = 100;

    // Compared against when the name is unknown, so that an answer does not come sooner than for a wrong secret.
    private static readonly string Nobody = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>A new key and its first secret.</summary>
    public static (AccessKey Document, string Secret) Create(Role role, DateTimeOffset at, string? label = null, bool browser = false)
    {
        var word = RoleNames.Of(role);
        var name = $"{word}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var document = new AccessKey { Key = name, Role = word, Name = label, Browser = browser, CreatedAt = at };
        var secret = NewSecret(document);
        return (document with { Secrets = [new AccessSecret(HashOf(secret), at, null)] }, secret);
    }

    /// <summary>Another secret for a key.</summary>
    public static string NewSecret(AccessKey key)
    {
        // 43 digits of base 62 hold 256 bits, each drawn without bias.
        var text = $"{Prefix}_{key.Key.Replace('-', '_')}_{RandomNumberGenerator.GetString(Digits, SecretLength)}_";
        return text + Checksum(text);
    }

    public static bool HasChecksum(string presented) =>
        presented.Length is > SecretLength and <= Longest && presented.StartsWith(Prefix + "_", StringComparison.Ordinal)
        && presented[^ChecksumLength..] == Checksum(presented.AsSpan()[..^ChecksumLength]);

    /// <summary>The document of a key that is known and holds now, or null.</summary>
    /// <param name="state">The catalogue.</param>
    /// <param name="presented">What the caller sent.</param>
    /// <param name="hash">Its <see cref="HashOf"/>.</param>
    /// <param name="now">The time.</param>
    public static AccessKey? Find(CatalogState state, string presented, string hash, DateTimeOffset now)
    {
        var parts = presented.Split('_');
        var document = parts.Length == 5 ? state.AccessKeys.GetValueOrDefault($"{parts[1]}-{parts[2]}") : null;
        var accepted = (document ?? Stranger).Accepts(hash, now);
        return accepted && document is not null ? document : null;
    }

    /// <summary>SHA-256, lower-case hex: a secret of 256 random bits needs no slow hash.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static readonly AccessKey Stranger = new()
    {
        Key = "",
        Role = "",
        CreatedAt = default,
        Secrets = [new AccessSecret(Nobody, default, null)],
    };

    private static string Checksum(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[4 * Longest];
        var value = Crc32.HashToUInt32(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--, value /= (uint)Digits.Length) digits[i] = Digits[(int)(value % (uint)Digits.Length)];
        return new string(digits);
    }
}

/// <summary>Roles as they are written.</summary>
internal static class RoleNames
{
    public static readonly string[] All = [.. Enum.GetValues<Role>().Select(Of)];

    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    public static Role? Parse(string? text) =>
        Enum.GetValues<Role>().Where(r => Of(r) == text).Select(r => (Role?)r).FirstOrDefault();
}
