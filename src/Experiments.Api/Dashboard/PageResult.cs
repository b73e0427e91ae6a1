using Experiments.Api.Dashboard.Html;

namespace Experiments.Api.Dashboard;

/// <summary>Answers of the dashboard.</summary>
internal static class PageResult
{
    public static IResult Html(Markup page, int status = StatusCodes.Status200OK) => TypedResults.Content(page.Text, "text/html; charset=utf-8", statusCode: status);

    /// <summary>A file to keep.</summary>
    public static IResult File(string text, string contentType, string name, HttpResponse response)
    {
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return TypedResults.Content(text, contentType);
    }
}
