using System.Globalization;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Words;

/// <summary>One text of the pages in both languages; <c>{0}</c> and so on stand for what is put in.</summary>
internal readonly record struct Word
{
    private const string NoBreakSpace = "\u00a0";

    public Word(string english, string french)
    {
        (English, French) = (english, Spaced(french));
    }

    public string English { get; }

    public string French { get; }

    /// <summary>The text in a language.</summary>
    public string this[Language language] => language.IsFrench ? French : English;

    /// <summary>The text in a language, with what belongs in it.</summary>
    public string With(Language language, params string[] values) =>
        string.Format(CultureInfo.InvariantCulture, this[language], values);

    // French puts a space before these signs, and a line must not begin with one.
    private static string Spaced(string french) => french
        .Replace(" :", NoBreakSpace + ":", StringComparison.Ordinal)
        .Replace(" ;", NoBreakSpace + ";", StringComparison.Ordinal)
        .Replace(" ?", NoBreakSpace + "?", StringComparison.Ordinal)
        .Replace(" !", NoBreakSpace + "!", StringComparison.Ordinal)
        .Replace("« ", "«" + NoBreakSpace, StringComparison.Ordinal)
        .Replace(" »", NoBreakSpace + "»", StringComparison.Ordinal);
}
