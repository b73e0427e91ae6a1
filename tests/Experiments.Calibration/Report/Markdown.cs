using System.Text;

namespace Experiments.Calibration.Report;

/// <summary>Writes the report: one page, plots beside it.</summary>
internal static class Markdown
{
    internal static void Write(string folder, ulong seed, string scale, IReadOnlyList<Chapter> chapters)
    {
        var plots = Path.Combine(folder, "calibration");
        Directory.CreateDirectory(plots);
        foreach (var plot in chapters.SelectMany(c => c.Plots))
        {
            File.WriteAllText(Path.Combine(plots, plot.File), plot.Svg);
        }

        File.WriteAllText(Path.Combine(folder, "calibration.md"), Page(seed, scale, chapters));
    }

    internal static string Page(ulong seed, string scale, IReadOnlyList<Chapter> chapters)
    {
        var checks = chapters.SelectMany(c => c.Checks).ToArray();
        var page = new StringBuilder();
        page.Append("# Calibration: how often the tests are wrong, and how soon they are right\n\n")
            .Append(Text.Of($"Written by `dotnet run -c Release --project tests/Experiments.Calibration` ({scale} form, seed {seed}): do not edit.\n"))
            .Append("The shipped code itself is run on simulated users. The same seed gives the same page with any number of threads.\n\n")
            .Append("Shares are in percent with Wilson's 95 % interval in brackets; means stand with their standard error. ")
            .Append("\"N\" is the planned number of users of a pair, \"w\" the treatment's share. Unless a table says otherwise: alpha = 5 %, ")
            .Append("a rise declared (up = 0.8), the base rate frozen blind at 10 conversions.\n\n")
            .Append(Text.Of($"**{checks.Count(c => c.Holds)} of {checks.Length} figures are inside their limits.**\n"));
        foreach (var check in checks.Where(c => !c.Holds))
        {
            page.Append(Text.Of($"- Outside: {check}\n"));
        }

        foreach (var chapter in chapters)
        {
            page.Append(Text.Of($"\n## {chapter.Title}\n\n{chapter.Setting}\n\n**{chapter.Says}**\n"));
            foreach (var table in chapter.Tables)
            {
                page.Append(Text.Of($"\n{(table.Caption.Length > 0 ? table.Caption + "\n\n" : "")}"));
                Row(page, table.Columns);
                Row(page, [.. table.Columns.Select((_, i) => i == 0 ? "---" : "---:")]);
                table.Rows.ForEach(row => Row(page, row));
            }

            foreach (var plot in chapter.Plots)
            {
                page.Append(Text.Of($"\n![{plot.Alternative}](calibration/{plot.File})\n"));
            }
        }

        return page.ToString();
    }

    private static void Row(StringBuilder page, string[] cells) => page.Append(Text.Of($"| {string.Join(" | ", cells)} |\n"));
}
