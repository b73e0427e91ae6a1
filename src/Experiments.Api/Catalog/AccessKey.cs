using System.Security.Cryptography;
using System.Text;

namespace Experiments.Api.Catalog;

/// <summary>A key of access: hashes of its secrets only, each was shown once.</summary>
internal sealed record AccessKey : IDocument
{
    /// <summary>Public name of the key: what the audit shows.</summary>
    public required string Key { get; init; }
    public long Version { get; init; } = 1;

    /// <summary>What it is for, in the words of who made it.</summary>
    public string? Name { get; init; }

    /// <summary><c>app</c>, <c>viewer</c>, <c>marketer</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary>It stands in pages that anybody reads: it serves, and sees no audience rules. Role <c>app</c> only.</summary>
    public bool Browser { get; init; }

    /// <summary>One, or two while the key is being rotated; the newest last.</summary>
    public IReadOnlyList<AccessSecret> Secrets { get; init; } = [];
    public bool Revoked { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>End of the key; null for none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether a secret with this hash opens anything now. Takes the same time for every wrong hash.</summary>
    public bool Accepts(string secretHash, DateTimeOffset now)
    {
        var presented = Encoding.ASCII.GetBytes(secretHash);
        var accepted = false;
        foreach (var secret in Secrets)
        {
            accepted |= CryptographicOperations.FixedTimeEquals(presented, Encoding.ASCII.GetBytes(secret.Hash)) & secret.HoldsAt(now);
        }

        return accepted && !Revoked && !(now >= ExpiresAt);
    }
}

/// <summary>One secret of a key.</summary>
/// <param name="Hash">SHA-256 (lower-case hex) of the key as its holder has it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="EndsAt">When it stops to open anything, since another took its place; null for the newest.</param>
internal sealed record AccessSecret(string Hash, DateTimeOffset CreatedAt, DateTimeOffset? EndsAt)
{
    public bool HoldsAt(DateTimeOffset now) => !(now >= EndsAt);
}
