using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Experiments.Api.Results;

/// <summary>The languages that texts for marketers come in, with their numbers and dates.</summary>
/// <remarks>Formats are our own, not the system's: a bare machine has no culture data, and a text must be the same everywhere.</remarks>
internal sealed class Language
{
    private const string NarrowNoBreakSpace = "\u202f";

    private static readonly string[] FrenchDays = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];

    private static readonly string[] FrenchMonths =
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

    public static readonly Language English = new("en", CultureInfo.InvariantCulture.NumberFormat);

    public static readonly Language French = new("fr", new NumberFormatInfo
    {
        NumberDecimalSeparator = ",",
        NumberGroupSeparator = NarrowNoBreakSpace,
        PercentDecimalSeparator = ",",
    });

    private readonly NumberFormatInfo _numbers;

    private Language(string code, NumberFormatInfo numbers)
    {
        Code = code;
        _numbers = numbers;
    }

    public string Code { get; }

    public bool IsFrench => Code == "fr";

    /// <summary>The language asked for: <c>?lang=</c> first, then the header, then English.</summary>
    public static Language Of(HttpRequest request)
    {
        var asked = request.Query["lang"].ToString();
        if (asked.Length > 0) return asked.StartsWith("fr", StringComparison.OrdinalIgnoreCase) ? French : English;
        var accepted = request.GetTypedHeaders().AcceptLanguage;
        var best = accepted
            .OrderByDescending(a => a.Quality ?? 1)
            .FirstOrDefault(a => IsKnown(a));
        return best is not null && best.Value.StartsWith("fr", StringComparison.OrdinalIgnoreCase) ? French : English;
    }

    /// <summary>A share with its sign: +7.7 %.</summary>
    public string Signed(double fraction) => (fraction < 0 ? "\u2212" : "+") + Percent(Math.Abs(fraction));

    /// <summary>A share: 7.7 %.</summary>
    public string Percent(double fraction)
    {
        var digits = Math.Abs(fraction) >= 0.995 ? "N0" : "N1";
        return (fraction * 100).ToString(digits, _numbers) + (IsFrench ? NarrowNoBreakSpace : "\u00a0") + "%";
    }

    public string Number(double number) => number.ToString("N0", _numbers);

    public string Day(DateTimeOffset at)
    {
        var day = at.UtcDateTime;
        return IsFrench
            ? string.Create(CultureInfo.InvariantCulture, $"{FrenchDays[(int)day.DayOfWeek]} {day.Day} {FrenchMonths[day.Month - 1]}")
            : day.ToString("dddd d MMMM", CultureInfo.InvariantCulture);
    }

    private static bool IsKnown(StringWithQualityHeaderValue accepted) =>
        accepted.Value.StartsWith("fr", StringComparison.OrdinalIgnoreCase) || accepted.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase);
}
