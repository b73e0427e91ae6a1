namespace Experiments.Api.Catalog;

/// <summary>An address that is told what happens. Its secret is not here: it is derived from <see cref="Salt"/>, so that no copy of the log holds it.</summary>
internal sealed record Webhook : IDocument
{
    public required string Key { get; init; }
    public long Version { get; init; } = 1;
    public string? Name { get; init; }
    public required string Url { get; init; }

    /// <summary>Types of events that are sent there.</summary>
    public required IReadOnlyList<string> Events { get; init; }
    public bool Enabled { get; init; } = true;

    /// <summary>Why the service itself stopped sending there, if it did.</summary>
    public string? DisabledReason { get; init; }
    public bool Archived { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Version of the catalogue when it was made: what happened before is not sent.</summary>
    public required long Since { get; init; }

    /// <summary>Random: its secret is derived from it, and another webhook of this key has another.</summary>
    public required string Salt { get; init; }

    /// <summary>Number of the secret, one more with each rotation.</summary>
    public int SecretNumber { get; init; } = 1;

    /// <summary>Until when messages carry the signature of the secret before, too; null when there was no rotation.</summary>
    public DateTimeOffset? OldSecretUntil { get; init; }
}
