namespace Experiments.Api.Dashboard.Charts;

/// <summary>Colours that colour-blind readers tell apart (Okabe and Ito, 2008). The style sheet replaces them where the page is dark.</summary>
internal static class Ink
{
    public const string Text = "#1d1d1f";
    public const string Quiet = "#6b6b70";
    public const string Line = "#8a8a90";
    public const string Faint = "#e3e2de";

    /// <summary>Blue: for the better.</summary>
    public const string Good = "#0072b2";

    /// <summary>Vermilion: for the worse.</summary>
    public const string Bad = "#d55e00";

    public const string Unsure = "#6b6b70";

    /// <summary>One for each arm, then again: patterns and labels tell them apart too.</summary>
    public static readonly IReadOnlyList<string> Arms =
        ["#8a8a90", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#b5a900"];

    public static string Of(string tone) => tone switch
    {
        "good" => Good,
        "bad" => Bad,
        _ => Unsure,
    };
}
