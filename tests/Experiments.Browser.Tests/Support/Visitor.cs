using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Experiments.Browser.Tests.Support;

/// <summary>Somebody at the pages: what the console, the content policy and the network say against a page fails the test at its end.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly List<string> _complaints = [];
    private readonly IBrowserContext _context;

    private Visitor(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(60_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _complaints.Add($"{message.Type}: {message.Text} ({page.Url})");
        };
        page.PageError += (_, error) => _complaints.Add($"exception: {error} ({page.Url})");
        page.Request += (_, request) =>
        {
            if (!new Uri(request.Url).IsLoopback && !request.Url.StartsWith("data:", StringComparison.Ordinal)) _complaints.Add($"foreign host: {request.Url}");
        };
    }

    public IPage Page { get; }

    public static async Task<Visitor> OpenAsync(IBrowserContext context) => new(context, await context.NewPageAsync());

    public async Task GoToAsync(string path)
    {
        var answer = await Page.GotoAsync(path);
        Assert.True(answer!.Ok || answer.Status == 304, $"{path}: {answer.Status}");
    }

    /// <summary>What the browser complained of so far, forgotten; for tests that provoke it.</summary>
    public IReadOnlyList<string> TakeComplaints()
    {
        string[] complaints = [.. _complaints];
        _complaints.Clear();
        return complaints;
    }

    /// <summary>axe-core finds nothing serious.</summary>
    public async Task IsAccessibleAsync(string what)
    {
        // What passed is not asked for: of fifty rows it weighs megabytes.
        var result = await Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        var serious = result.Violations
            .Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{what}: {v.Id} ({v.Impact}) {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}");
        Assert.Empty(serious);
    }

    /// <summary>Writes a picture for a person to look at.</summary>
    public async Task ShootAsync(string name, bool whole = true)
    {
        await Page.EvaluateAsync("() => document.fonts.ready");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Artifacts, name + ".png"), FullPage = whole });
    }

    public static string Artifacts { get; } = ArtifactsOf(new DirectoryInfo(AppContext.BaseDirectory));

    public async ValueTask DisposeAsync()
    {
        var complaints = TakeComplaints();
        await _context.CloseAsync();
        Assert.Empty(complaints);
    }

    private static string ArtifactsOf(DirectoryInfo folder)
    {
        while (!File.Exists(Path.Combine(folder.FullName, "Experiments.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        return Directory.CreateDirectory(Path.Combine(folder.FullName, "artifacts")).FullName;
    }
}
