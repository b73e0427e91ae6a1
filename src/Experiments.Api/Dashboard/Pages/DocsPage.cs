using System.Text.RegularExpressions;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Shared;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>The documentation that comes with the program, so that every figure can link to what it means.</summary>
internal sealed partial class DocsPage(TimeProvider clock)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers().DisableHtml().Build();

    public IResult Get(string? path, HttpContext http)
    {
        var page = PageContext.Of(http, clock);
        path = path?.TrimEnd('/');
        path = string.IsNullOrEmpty(path) ? (page.Language.IsFrench ? "fr/index" : "index") : path;
        if (path.EndsWith(".svg", StringComparison.Ordinal) && Assets.Text("docs/" + path) is { } picture)
            return TypedResults.Content(picture, "image/svg+xml");

        var markdown = Assets.Text($"docs/{path}.md") ?? Assets.Text($"docs/{path}/README.md") ?? throw Problems.NotFound("page", path);
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>()) link.Url = Served(link.Url);
        var title = document.Descendants<HeadingBlock>().FirstOrDefault()?.Inline?.FirstChild?.ToString() ?? Terms.Help[page.Language];
        // The pages are our own and raw HTML in them is off: what comes out is markup.
        var html = new Markup(document.ToHtml(Pipeline));
        var language = path.StartsWith("fr/", StringComparison.Ordinal) ? "fr" : "en";
        return PageResult.Html(Layout.Of(
            page, title, Markup.Of($"""<article class="prose" lang="{language}">{html}</article>"""), isLive: false));
    }

    // A folder is its README, and a page has no ending here.
    private static string? Served(string? url) => url is null || url.Contains("://", StringComparison.Ordinal) ? url : Ending().Replace(url, "$1");

    [GeneratedRegex(@"(?:README)?\.md(#.*)?$")]
    private static partial Regex Ending();
}
