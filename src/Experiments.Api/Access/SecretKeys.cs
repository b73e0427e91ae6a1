using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Experiments.Api.Catalog;

namespace Experiments.Api.Access;

/// <summary>Keys as callers hold them: <c>{name}.{secret}</c>, 256 random bits that only their hash remembers.</summary>
internal static class SecretKeys
{
    // Compared against when the name is unknown, so that an answer does not come sooner than for a wrong secret.
    private static readonly byte[] Nobody = new byte[SHA256.HashSizeInBytes];

    public static (AccessKey Document, string Secret) Create(Role role, DateTimeOffset at)
    {
        var word = RoleNames.Of(role);
        var name = $"{word}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var key = $"{name}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        return (new AccessKey { Key = name, Role = word, Hash = Convert.ToHexStringLower(HashOf(key)), CreatedAt = at }, key);
    }

    /// <summary>The document of a key that is known and not revoked, or null.</summary>
    public static AccessKey? Find(CatalogState state, string presented)
    {
        var end = presented.IndexOf('.', StringComparison.Ordinal);
        var document = end > 0 ? state.AccessKeys.GetValueOrDefault(presented[..end]) : null;
        var expected = document is null ? Nobody : Convert.FromHexString(document.Hash);
        var matches = CryptographicOperations.FixedTimeEquals(HashOf(presented), expected);
        return matches && document is { Revoked: false } ? document : null;
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

/// <summary>Roles as they are written.</summary>
internal static class RoleNames
{
    public static readonly string[] All = [.. Enum.GetValues<Role>().Select(Of)];

    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    public static Role? Parse(string? text) =>
        Enum.GetValues<Role>().Where(r => Of(r) == text).Select(r => (Role?)r).FirstOrDefault();
}
