namespace Experiments.Architecture.Tests;

/// <summary>Each C# sample of the pages is code of this project: it compiles, and the page has the same text.</summary>
public sealed class SampleTests
{
    private static readonly string[] Pages = ["README.md", "CONTRIBUTING.md", "src/Experiments.Sdk/README.md"];

    /// <summary>Pages with C# samples, and the number of each.</summary>
    public static TheoryData<string, int> Samples =>
    [
        .. from page in Pages
           from index in Enumerable.Range(0, OfPage(page).Count)
           select new TheoryDataRow<string, int>(page, index),
    ];

    [Theory, MemberData(nameof(Samples))]
    public void Sample_OfAPage_IsCompiledHere(string page, int index)
    {
        var compiled = Repository.Sources("tests", "Experiments.Architecture.Tests", "Samples").SelectMany(file => Between(
            File.ReadAllLines(file), line => line.Trim() == "// sample", line => line.Trim() == "// end")).ToList();

        Assert.Contains(OfPage(page)[index], compiled);
    }

    [Fact]
    public void Samples_OfTheReadme_AreFound() => Assert.NotEmpty(OfPage("README.md"));

    [Fact]
    public void Sample_OfThePackage_HasAtMost15Lines() => Assert.InRange(Assert.Single(OfPage("src/Experiments.Sdk/README.md")).Split('\n').Length, 1, 15);

    private static List<string> OfPage(string page) =>
        [.. Between(File.ReadAllLines(Repository.PathOf(page)), line => line == "```csharp", line => line == "```")];

    /// <summary>Stretches between two marks, their common indentation taken away.</summary>
    private static IEnumerable<string> Between(IEnumerable<string> lines, Func<string, bool> begins, Func<string, bool> ends)
    {
        List<string>? sample = null;
        foreach (var line in lines)
        {
            if (sample is null)
            {
                if (begins(line)) sample = [];
            }
            else if (ends(line))
            {
                var indentation = sample.Where(l => l.Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty().Min();
                yield return string.Join('\n', sample.Select(l => l.Length == 0 ? l : l[indentation..]));
                sample = null;
            }
            else
            {
                sample.Add(line);
            }
        }
    }
}
