using System.Globalization;
using System.Text.RegularExpressions;

namespace Experiments.Api.Shared;

/// <summary>ISO 8601 durations of weeks, days, hours, minutes and seconds (<c>P7D</c>, <c>PT1H30M</c>, <c>P2W</c>).</summary>
/// <remarks>Years and months are refused: their length depends on the date.</remarks>
internal static partial class Durations
{
    /// <summary>Ten years: longer is a slip of the pen, and could overflow a date.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"'{text}' is not a duration such as P7D or PT1H.");

    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null || text.Length > 40) return false;
        var match = Expression().Match(text);
        if (!match.Success || text.EndsWith('T') || text == "P") return false;

        var seconds = (Part(match, "w") * 7 * 86_400) + (Part(match, "d") * 86_400) + (Part(match, "h") * 3_600)
            + (Part(match, "m") * 60) + Part(match, "s");
        if (seconds > Longest.TotalSeconds) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static double Part(Match match, string name) =>
        match.Groups[name] is { Success: true } group ? double.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"^P(?:(?<w>[0-9]+)W)?(?:(?<d>[0-9]+)D)?(?:T(?:(?<h>[0-9]+)H)?(?:(?<m>[0-9]+)M)?(?:(?<s>[0-9]+(?:\.[0-9]+)?)S)?)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Expression();
}
