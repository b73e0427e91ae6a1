using System.Net;
using System.Text.RegularExpressions;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Pages;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Dashboard;

/// <summary>Pages as answers: encoded, tagged, compressed, with links that lead somewhere.</summary>
public sealed partial class PagesTests
{
    [Theory]
    [InlineData("<b>", "&lt;b&gt;")]
    [InlineData("\" onfocus=\"x", "&quot; onfocus=&quot;x")]
    [InlineData("é مرحبا", "é مرحبا")]
    public void Markup_TextInAHole_IsEncoded(string text, string written) =>
        Assert.Equal($"<i title=\"{written}\">{written}</i>", Markup.Of($"""<i title="{text}">{text}</i>""").Text);

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("Green", "Green")]
    public void Csv_Names_AreNoFormulas(string name, string written) => Assert.Equal(written, Export.NoFormula(name));

    [Fact]
    public async Task Csv_OfAnExperiment_HoldsTheFiguresAndNoFormula()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api, """{"variants":[{"key":"none","name":"=cmd|' /C calc'!A0","weight":1,"value":null},{"key":"mens","name":"a,\"b\"","weight":1,"value":"mens"}]}""");
        await api.EventsAsync(Event.Exposure("u", RunningService.Experiment, "mens"));

        var answer = await host.GetAsync("/experiments/spring-email/figures.csv");
        Assert.StartsWith("text/csv", answer.Headers["Content-Type"], StringComparison.Ordinal);
        var lines = answer.Text.TrimStart('\ufeff').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + (2 * 2), lines.Length);
        Assert.Contains("'=cmd|", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"a,\"\"b\"\"\",1,", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_NotChanged_IsAnswered304_AndInAnotherLanguageAnew()
    {
        await using var host = new ApiHost();
        await RunningService.DefineAsync(new ApiClient(host.CreateClient()));
        var first = await host.GetAsync("/experiments/spring-email?lang=en");
        var again = await host.GetAsync("/experiments/spring-email?lang=en", ("If-None-Match", first.Headers["ETag"]));
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        Assert.Empty(again.Text);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/experiments/spring-email?lang=fr", ("If-None-Match", first.Headers["ETag"]))).Status);
    }

    [Theory]
    [InlineData("/", "fr-FR", "lang=\"fr\"")]
    [InlineData("/", "de", "lang=\"en\"")]
    [InlineData("/?lang=fr", "en", "lang=\"fr\"")]
    public async Task Page_Language_IsThatAskedFor(string path, string accepted, string expected)
    {
        await using var host = new ApiHost();
        Assert.Contains(expected, (await host.GetAsync(path, ("Accept-Language", accepted))).Text, StringComparison.Ordinal);
        Assert.Contains("lang=\"fr\"", (await host.GetAsync("/", ("Cookie", "lang=fr"), ("Accept-Language", "en"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documentation_EveryLinkInIt_LeadsToAPage()
    {
        await using var host = new ApiHost();
        var (seen, open) = (new HashSet<string>(), new Queue<string>(["/docs", "/docs/fr/index"]));
        var dead = new List<string>();
        while (open.TryDequeue(out var path))
        {
            if (!seen.Add(path)) continue;
            var answer = await host.GetAsync(path);
            if (answer.Status != HttpStatusCode.OK) dead.Add(path);
            if (!answer.Headers["Content-Type"].StartsWith("text/html", StringComparison.Ordinal)) continue;
            var from = new Uri("http://x" + (path == "/docs" ? "/docs/" : path));
            var article = answer.Text[Math.Max(0, answer.Text.IndexOf("<article", StringComparison.Ordinal))..];
            foreach (Match match in Link().Matches(article))
            {
                var to = new Uri(from, match.Groups["to"].Value);
                if (to.Host == "x" && to.AbsolutePath.StartsWith("/docs/", StringComparison.Ordinal)) open.Enqueue(to.AbsolutePath);
            }
        }

        Assert.True(seen.Count > 15);
        Assert.Empty(dead);
    }

    [Fact]
    public async Task Page_AndItsFiles_AreCompressed()
    {
        await using var host = new ApiHost();
        foreach (var path in new[] { "/", "/assets/dashboard.css", "/assets/dashboard.js" })
            Assert.Equal("br", (await host.GetAsync(path, ("Accept-Encoding", "br, gzip"))).Headers["Content-Encoding"]);
    }

    [GeneratedRegex("""(?:href|src)="(?<to>[^"#]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
