using System.Text.Json.Serialization;

namespace Experiments.Api.Shared;

/// <summary>The body of every error: RFC 9457 with a stable code, and messages by field where fields are at fault.</summary>
internal sealed record Problem
{
    public const string ContentType = "application/problem+json";

    public required string Type { get; init; }
    public required string Title { get; init; }
    public required int Status { get; init; }
    public required string Detail { get; init; }
    public required string Code { get; init; }
    public required string TraceId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Further members, written beside the others.</summary>
    [JsonExtensionData]
    public Dictionary<string, object?>? Extensions { get; init; }
}
