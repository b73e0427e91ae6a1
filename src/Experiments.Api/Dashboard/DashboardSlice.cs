using Experiments.Api.Access;
using Experiments.Api.Dashboard.Pages;
using Microsoft.AspNetCore.ResponseCompression;

namespace Experiments.Api.Dashboard;

/// <summary>The pages for marketers at <c>/</c>: HTML and SVG drawn here, in French and English, from the API's own results.</summary>
internal static class DashboardSlice
{
    private static readonly string[] Pages = ["/experiments", "/best-practices", "/knowledge", "/new", "/docs", "/assets"];

    public static IServiceCollection AddDashboard(this IServiceCollection services) => services
        .AddSingleton<ExperimentsPage>()
        .AddSingleton<ResultPage>()
        .AddSingleton<PracticesPage>()
        .AddSingleton<KnowledgePage>()
        .AddSingleton<NewHypothesis>()
        .AddSingleton<NewTest>()
        .AddSingleton<DocsPage>()
        .AddResponseCompression(options => options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"]);

    /// <summary>Pages are compressed; the API's answers are as they were.</summary>
    public static void UseDashboard(this WebApplication app) => app.UseWhen(
        context => context.Request.Path == "/" || Pages.Any(p => context.Request.Path.StartsWithSegments(p)),
        pages => pages.UseResponseCompression());

    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/").ExcludeFromDescription().Requires(read: Role.Viewer, write: Role.Marketer).Pages().AddEndpointFilter(PageErrors.FilterAsync);
        pages.MapGet("/", (HttpContext http, ExperimentsPage list, CancellationToken token, string? q = null, int? page = null) => list.GetAsync(http, q, page, token));
        pages.MapGet("/experiments/{key}", (string key, HttpContext http, ResultPage page, CancellationToken token) => page.GetAsync(key, http, token));
        pages.MapGet("/experiments/{key}/figures.csv", FiguresAsync);
        pages.MapGet("/experiments/{key}/pictures/{name}.svg", PictureAsync);
        pages.MapGet("/best-practices", (HttpContext http, PracticesPage page, CancellationToken token) => page.ListAsync(http, token));
        pages.MapGet("/best-practices/{key}", (string key, HttpContext http, PracticesPage page, CancellationToken token) => page.GetAsync(key, http, token));
        pages.MapGet("/knowledge", (HttpContext http, KnowledgePage page, CancellationToken token, string? q = null) => page.GetAsync(http, q, token));
        pages.MapGet("/new", (HttpContext http, NewHypothesis page, CancellationToken token) => page.GetAsync(http, token));
        pages.MapGet("/new/{hypothesis}", (string hypothesis, HttpContext http, NewTest page, CancellationToken token) => page.GetAsync(hypothesis, http, token));

        // What is part of the program shows no data.
        var files = app.MapGroup("/").ExcludeFromDescription().Public().AddEndpointFilter(PageErrors.FilterAsync);
        files.MapGet("/docs/{*path}", (string? path, HttpContext http, DocsPage page) => page.Get(path, http));
        files.MapGet("/assets/{name}", (string name, HttpResponse response, string? v = null) => Assets.Get(name, v, response));
    }

    private static async Task<IResult> FiguresAsync(string key, HttpContext http, ResultPage page, CancellationToken cancellationToken)
    {
        var csv = Export.Csv(await page.ModelAsync(key, http, cancellationToken));
        // The mark tells spreadsheets that it is UTF-8.
        return PageResult.File("\ufeff" + csv, "text/csv; charset=utf-8", $"{key}.csv", http.Response);
    }

    private static async Task<IResult> PictureAsync(string key, string name, HttpContext http, ResultPage page, CancellationToken cancellationToken)
    {
        var svg = Export.Picture(await page.ModelAsync(key, http, cancellationToken), name);
        return PageResult.File(svg.Text, "image/svg+xml; charset=utf-8", $"{key}-{name}.svg", http.Response);
    }
}
