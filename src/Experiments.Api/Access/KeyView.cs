using System.Text.Json.Serialization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Access;

/// <summary>A key as it is answered.</summary>
/// <param name="Key">Public name of the key: what the audit shows.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Browser">It stands in pages, and sees no audience rules.</param>
/// <param name="Version">Version.</param>
/// <param name="Revoked">It opens nothing any more.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends by itself; null for never.</param>
/// <param name="LastUsedAt">When it last opened anything, to a minute; null for never.</param>
/// <param name="Secrets">The secrets that hold, the newest last: two while the key is being rotated.</param>
internal sealed record KeyView(
    string Key, string? Name, string Role, bool Browser, long Version, bool Revoked, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt, IReadOnlyList<KeySecretView> Secrets) : IVersioned, IShownOnce
{
    /// <summary>The key itself, to be kept by whoever uses it: shown once, when it is made, and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    public static KeyView From(AccessKey key, DateTimeOffset now, DateTimeOffset? lastUsedAt = null) => new(
        key.Key, key.Name, key.Role, key.Browser, key.Version, key.Revoked, key.CreatedAt, key.ExpiresAt, lastUsedAt,
        [.. key.Secrets.Where(s => s.HoldsAt(now)).Select(s => new KeySecretView(s.CreatedAt, s.EndsAt))]);

    public object WithoutSecret() => this with { Secret = null };
}

/// <summary>A secret of a key, without itself.</summary>
internal sealed record KeySecretView(DateTimeOffset CreatedAt, DateTimeOffset? EndsAt);
