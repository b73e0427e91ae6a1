using System.Text.Json;

namespace Experiments.Api.Shared;

/// <summary>Turns what the JSON reader says into a problem that names the member and says what would be right.</summary>
internal static class JsonProblems
{
    /// <summary>Code of a string that is JSON and no text.</summary>
    public const string InvalidText = "invalid-text";

    public static ProblemException From(JsonException exception, bool withPosition = true)
    {
        var at = withPosition ? At(exception) : "";
        var message = exception.Message;
        var path = PathOf(exception.Path);
        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return Invalid("unknown-member", path, "is not a member of this request", at);
        if (message.StartsWith("Duplicate property", StringComparison.Ordinal))
            return Invalid("duplicate-member", path, "is given twice", at);
        if (message.StartsWith(WellFormedJsonConverter.Problem, StringComparison.Ordinal))
            return Invalid(InvalidText, path, WellFormedJsonConverter.Problem, at);

        // The reader's own exception is inside when the text is not JSON at all; its type is internal to the framework.
        if (exception.InnerException is JsonException || exception.Path is null or "$" && exception.LineNumber is not null
            && !message.Contains("could not be converted", StringComparison.Ordinal))
            return Malformed(exception);

        return Invalid("wrong-type", path, Expected(message), at);
    }

    /// <summary><c>$.variants[1].weight</c> as <c>variants[1].weight</c>; the body itself is <c>$</c>.</summary>
    private static string PathOf(string? path) => path switch
    {
        null or "" or "$" => "$",
        _ when path.StartsWith("$.", StringComparison.Ordinal) => path[2..],
        _ => path[1..],
    };

    private static ProblemException Invalid(string code, string path, string message, string at) =>
        Problems.Invalid(code, $"'{path}' {message}{at}.", (path, message));

    private static ProblemException Malformed(JsonException exception)
    {
        var text = exception.InnerException?.Message ?? exception.Message;
        var reason = text.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0].TrimEnd('.', ' ', '|');
        return Problems.Invalid("malformed-json", $"The body is not valid JSON{At(exception)}: {reason}.");
    }

    private static string At(JsonException exception) => exception.LineNumber is { } line
        ? $" (line {line + 1}, byte {exception.BytePositionInLine + 1})"
        : "";

    private static string Expected(string message)
    {
        if (message.StartsWith("The number is too large", StringComparison.Ordinal)) return "must be a finite number of a double's range";
        if (message.Contains("DateTimeOffset", StringComparison.Ordinal)) return "must be a time in ISO 8601, such as 2026-11-24T10:00:00Z";
        if (message.Contains("Int32", StringComparison.Ordinal) || message.Contains("Int64", StringComparison.Ordinal))
            return "must be a whole number";
        if (message.Contains("System.Double", StringComparison.Ordinal)) return "must be a number";
        if (message.Contains("System.Boolean", StringComparison.Ordinal)) return "must be true or false";
        if (message.Contains("Collections.Generic", StringComparison.Ordinal) || message.Contains("[]", StringComparison.Ordinal))
            return message.Contains("Dictionary", StringComparison.Ordinal) ? "must be an object" : "must be a list";
        return message.Contains("System.String", StringComparison.Ordinal) ? "must be a string" : "must be an object";
    }
}
