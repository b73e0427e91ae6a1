using System.Text.Json.Serialization;
using Experiments.Api.Shared;

namespace Experiments.Api.Ofrep;

/// <summary>An error as the protocol has it.</summary>
internal sealed record FlagError
{
    // Codes of problems thrown by this slice.
    public const string TargetingKeyMissing = "targeting-key-missing";
    public const string InvalidContext = "invalid-context";
    public const string NotFound = "flag-not-found";

    /// <summary>The flag asked for; left out where all were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    /// <summary><c>FLAG_NOT_FOUND</c>, <c>TARGETING_KEY_MISSING</c>, <c>INVALID_CONTEXT</c>, <c>PARSE_ERROR</c> or <c>GENERAL</c>.</summary>
    public required string ErrorCode { get; init; }

    public string? ErrorDetails { get; init; }

    public static FlagError From(Problem problem, PathString path) => new()
    {
        Key = path.StartsWithSegments(OfrepSlice.Flags, out var flag) && flag.Value is { Length: > 1 } key ? key[1..] : null,
        ErrorCode = problem switch
        {
            { Code: NotFound } => "FLAG_NOT_FOUND",
            { Code: TargetingKeyMissing } => "TARGETING_KEY_MISSING",
            { Code: InvalidContext or JsonProblems.InvalidText } => "INVALID_CONTEXT",
            { Status: StatusCodes.Status400BadRequest } => "PARSE_ERROR",
            _ => "GENERAL",
        },
        ErrorDetails = problem.Status < StatusCodes.Status500InternalServerError
            ? problem.Detail
            : $"{problem.Detail} Trace id: {problem.TraceId}.",
    };
}
