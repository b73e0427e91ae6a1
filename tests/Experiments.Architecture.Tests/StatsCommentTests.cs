using System.Text.RegularExpressions;

namespace Experiments.Architecture.Tests;

/// <summary>What an analyst may expect of a comment: formula, reference, assumptions and measured accuracy.</summary>
public sealed partial class StatsCommentTests
{
    private static readonly string[] Wanted = ["Formula", "Reference", "Assumes", "Accuracy"];

    [Fact]
    public void PublicFunctions_Comments_SayWhatAnAnalystNeeds()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf("src", "Experiments.Stats"), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file)))
            .Where(file => PublicFunctions().IsMatch(file.Text)).ToArray();
        Assert.True(files.Length >= 25, $"Only {files.Length} files of functions were found.");
        var missing =
            from file in files
            let comment = file.Text[..PublicFunctions().Match(file.Text).Index]
            from word in Wanted
            where !comment.Contains($"<para>{word}:", StringComparison.Ordinal)
            select $"{file.Name}: {word}";
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"^public static class \w+", RegexOptions.Multiline)]
    private static partial Regex PublicFunctions();
}
