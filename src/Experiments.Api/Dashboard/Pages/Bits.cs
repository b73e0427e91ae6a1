using System.Globalization;
using System.Text.Json;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>Small pieces that several pages show the same way.</summary>
internal static class Bits
{
    /// <summary>A verdict, a status: words with a shape, so that colour is never needed.</summary>
    public static Markup Chip(string tone, string words) =>
        Markup.Of($"""<span class="chip {tone}">{Icon(tone)}{words}</span>""");

    public static Markup Icon(string tone)
    {
        var shape = tone switch
        {
            "good" => "M3 9l3.5 3.5L13 5",
            "bad" => "M8 3v9M4 8.5L8 12.5l4-4",
            "alarm" => "M8 2.5v7M8 12.5v1",
            "same" => "M3 6h10M3 10.5h10",
            "wait" => "M8 2a6 6 0 1 0 .01 0M8 5v3.4l2.2 1.4",
            _ => "M4 8h8",
        };
        return Markup.Of($"""<svg class="icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d="{shape}"/></svg>""");
    }

    public static Markup Status(string status, Language language) =>
        Markup.Of($"""<span class="status {status}">{Terms.Status(status)[language]}</span>""");

    /// <summary>A moment of the day; scripts show it in the reader's own zone.</summary>
    public static Markup Clock(DateTimeOffset at) => Markup.Of($"""
        <time datetime="{at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}" data-clock>{at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC</time>
        """);

    public static Markup DayOf(DateTimeOffset at, PageContext page) => Markup.Of($"""
        <time datetime="{at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}">{page.Language.ShortDay(at, page.Now)}</time>
        """);

    /// <summary>Link to the page of the documentation that explains something.</summary>
    public static Markup Explained(string documentation, Language language) => Markup.Of($"""
        <a class="explained" href="/{(documentation.EndsWith(".md", StringComparison.Ordinal) ? documentation[..^3] : documentation)}">{ResultWords.HowItWorks[language]}</a>
        """);

    /// <summary>The numbers of a picture, for who does not see it or wants them.</summary>
    public static Markup Table(Language language, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows) => Markup.Of($"""
        <details class="numbers"><summary>{ResultWords.ShowNumbers[language]}</summary><div class="scroll" tabindex="0" role="group" aria-label="{ResultWords.ShowNumbers[language]}">{PlainTable(head, rows)}</div></details>
        """);

    public static Markup PlainTable(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows) => Markup.Of($"""
        <table><thead><tr>{head.Select(h => Markup.Of($"""<th scope="col">{h}</th>"""))}</tr></thead>
        <tbody>{rows.Select(row => Markup.Of($"<tr>{row.Select((cell, i) => i == 0 ? Markup.Of($"""<th scope="row"><bdi>{cell}</bdi></th>""") : Markup.Of($"<td><bdi>{cell}</bdi></td>"))}</tr>"))}</tbody></table>
        """);

    /// <summary>A value of a parameter as a person reads it.</summary>
    public static string Value(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => "\u2014",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } other => other.GetRawText(),
    };

    /// <summary>A sentence of somebody else with a capital at its beginning.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];

    /// <summary>How many to one; beyond a million nobody reads the digits.</summary>
    public static string Odds(double logEvidence, Language language) => logEvidence switch
    {
        <= 0 => "1",
        < 2.3 => language.Figure(Math.Round(Math.Exp(logEvidence), 1)),
        < 13.8 => language.Number(Math.Round(Math.Exp(logEvidence))),
        _ => ">\u00a0" + language.Number(1_000_000),
    };
}
