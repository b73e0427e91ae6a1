using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Events.Intake;

/// <summary>A body that cannot be taken at all: nothing of it was, and the answer says why.</summary>
internal static class Refusal
{
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable code.</param>
    /// <param name="detail">What is wrong and what would be right.</param>
    /// <param name="member">Member or parameter at fault, as it stands in <c>errors</c>.</param>
    public static ProblemException Of(int status, string code, string detail, string? member = null) => new(status, code, detail)
    {
        Errors = member is null ? null : new Dictionary<string, string[]> { [member] = [detail] },
    };

    public static ProblemException MalformedJson(JsonException malformed) => Of(
        StatusCodes.Status400BadRequest, "malformed-json",
        $"The body is not well-formed JSON (line {(malformed.LineNumber ?? 0) + 1}, byte {(malformed.BytePositionInLine ?? 0) + 1}).");
}
