namespace Experiments.Api.Catalog;

/// <summary>A key of access: its hash only, the key itself was shown once.</summary>
internal sealed record AccessKey : IDocument
{
    /// <summary>Public name of the key: what the audit shows.</summary>
    public required string Key { get; init; }
    public long Version { get; init; } = 1;

    /// <summary><c>app</c>, <c>viewer</c>, <c>marketer</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary>SHA-256 (lower-case hex) of the key.</summary>
    public required string Hash { get; init; }
    public bool Revoked { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
