using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Pages;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Dashboard;

/// <summary>Refusals as pages that a person can read.</summary>
internal static class PageErrors
{
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ProblemException problem) when (problem.Status == StatusCodes.Status404NotFound)
        {
            return Page(context.HttpContext, PageWords.NotFound, PageWords.NotFoundText, problem.Status);
        }
        catch (StoreUnavailableException)
        {
            context.HttpContext.Response.Headers.RetryAfter = "1";
            return Page(context.HttpContext, PageWords.Unavailable, PageWords.UnavailableText, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static IResult Page(HttpContext http, Word title, Word text, int status)
    {
        var page = PageContext.Of(http, http.RequestServices.GetRequiredService<TimeProvider>());
        var l = page.Language;
        return PageResult.Html(
            Layout.Of(page, title[l], isLive: false, main: Markup.Of($"""
                <section class="empty"><h1>{title[l]}</h1><p>{text[l]}</p><a class="button" href="/">{PageWords.Back[l]}</a></section>
                """)),
            status);
    }
}
