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

    private static readonly string[] FrenchShortMonths =
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

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

    /// <summary>A figure with three digits that count: 0.0766, 12.3, 1,234.</summary>
    public string Figure(double number)
    {
        if (number == 0 || !double.IsFinite(number)) return number == 0 ? "0" : "\u2014";
        var digits = Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(number))), 0, 6);
        return (number < 0 ? "\u2212" : "") + Math.Abs(number).ToString("N" + digits.ToString(CultureInfo.InvariantCulture), _numbers);
    }

    public string Day(DateTimeOffset at)
    {
        var day = at.UtcDateTime;
        return IsFrench
            ? string.Create(CultureInfo.InvariantCulture, $"{FrenchDays[(int)day.DayOfWeek]} {day.Day} {FrenchMonths[day.Month - 1]}")
            : day.ToString("dddd d MMMM", CultureInfo.InvariantCulture);
    }

    /// <summary>Day and month, short: 24 Nov, 24 nov.; with the year where it is another than now's.</summary>
    public string ShortDay(DateTimeOffset at, DateTimeOffset now)
    {
        var day = at.UtcDateTime;
        var month = IsFrench ? FrenchShortMonths[day.Month - 1] : day.ToString("MMM", CultureInfo.InvariantCulture);
        var year = day.Year == now.UtcDateTime.Year ? "" : day.ToString(" yyyy", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{day.Day}\u00a0{month}{year}");
    }

    private static bool IsKnown(StringWithQualityHeaderValue accepted) =>
        accepted.Value.StartsWith("fr", StringComparison.OrdinalIgnoreCase) || accepted.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase);
}
