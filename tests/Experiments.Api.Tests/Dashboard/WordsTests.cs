using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Dashboard;

/// <summary>The words of the pages: all there in both languages, from one glossary, and none that a marketer would misread.</summary>
public sealed partial class WordsTests
{
    private static readonly (string Name, Word Word)[] All =
    [
        .. new[] { typeof(Terms), typeof(ResultWords), typeof(PageWords), typeof(FormWords) }
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public).Where(f => f.FieldType == typeof(Word))
                .Select(f => ($"{type.Name}.{f.Name}", (Word)f.GetValue(null)!))),
        .. VerdictReason.All.Select(r => ($"verdict {r}", VerdictWords.Of(r).Label)),
    ];

    [Fact]
    public void Words_InBothLanguages_AreThereAndTakeTheSameValues()
    {
        Assert.True(All.Length > 150);
        Assert.All(All, w =>
        {
            Assert.False(string.IsNullOrWhiteSpace(w.Word.English), w.Name);
            Assert.False(string.IsNullOrWhiteSpace(w.Word.French), w.Name);
            Assert.Equal(Places(w.Word.English), Places(w.Word.French));
        });
    }

    [Fact]
    public void Words_ForMarketers_AreNotThoseOfStatisticians() =>
        Assert.Empty(All.Where(w => Forbidden().IsMatch(w.Word.English + " " + w.Word.French)).Select(w => w.Name));

    [Fact]
    public void Terms_InEachLanguage_NameOneThingOnce()
    {
        var terms = All.Where(w => w.Name.StartsWith("Terms.", StringComparison.Ordinal)).Select(w => w.Word).ToList();
        Assert.Empty(terms.GroupBy(t => t.English).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public async Task Pages_OutsideTheExpertsPart_HoldNoForbiddenWord()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api, """{"decision":{"cycleDays":0,"minimumDays":0}}""");
        await api.EventsAsync(Crowd.Of("w", "none", 1000, host.Clock.GetUtcNow().AddDays(-3), ("visit", 100)));
        await api.EventsAsync(Crowd.Of("w", "mens", 1000, host.Clock.GetUtcNow().AddDays(-3), ("visit", 160)));
        foreach (var path in new[] { "/", "/experiments/spring-email", "/best-practices", "/knowledge", "/new", "/new/men-buy-again" })
        {
            foreach (var language in new[] { "en", "fr" })
            {
                var html = (await host.GetAsync($"{path}?lang={language}")).Text;
                Assert.DoesNotMatch(Forbidden(), Expert().Replace(html, ""));
            }
        }
    }

    /// <summary>The closed set of verdicts, word for word: a change of a text is a change of this file, to be read as a marketer would.</summary>
    [Fact]
    public async Task Verdicts_AllOfThem_AreWordedAsRecorded()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        await api.EventsAsync(Crowd.Of("v", "none", 500, host.Clock.GetUtcNow().AddDays(-3), ("visit", 50)));
        await api.EventsAsync(Crowd.Of("v", "mens", 500, host.Clock.GetUtcNow().AddDays(-3), ("visit", 62)));
        var look = await host.Services.GetRequiredService<ResultsService>().LookAsync(RunningService.Experiment, TestContext.Current.CancellationToken);
        var text = new StringBuilder();
        foreach (var reason in VerdictReason.All)
        {
            foreach (var language in new[] { Language.English, Language.French })
            {
                var words = VerdictText.Of(new Verdict("undecided", null, reason), look, language);
                text.Append(reason).Append(' ').Append(language.Code).Append(": [").Append(VerdictWords.Of(reason).Label[language]).Append("] ")
                    .Append(words.Text).Append(" / ").Append(words.NextStep).Append('\n');
            }
        }

        var file = Path.Combine(Recorded, "verdicts.txt");
        if (Environment.GetEnvironmentVariable("EXPERIMENTS_WRITE_VERDICTS") == "1") await File.WriteAllTextAsync(file, text.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), text.ToString());
    }

    private static string Recorded { get; } = FolderOf(new DirectoryInfo(AppContext.BaseDirectory));

    private static string FolderOf(DirectoryInfo folder)
    {
        while (!File.Exists(Path.Combine(folder.FullName, "Experiments.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        return Path.Combine(folder.FullName, "tests", "Experiments.Api.Tests", "Dashboard");
    }

    private static string Places(string text) => string.Join(',', Place().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal).Distinct());

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"signific|p-value|p value|valeur p\b|credible interval|intervalle de crédibilité|confidence interval|intervalle de confiance|null hypothesis|hypothèse nulle", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"<details[^>]*data-expert.*?</details>", RegexOptions.Singleline)]
    private static partial Regex Expert();
}
