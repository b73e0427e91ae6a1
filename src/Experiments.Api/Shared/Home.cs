using Experiments.Api.Access;

namespace Experiments.Api.Shared;

/// <summary>The page at <c>/</c>: where to look, until the dashboard takes its place.</summary>
internal static class Home
{
    private const string Page = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Experiments</title></head>
        <body>
        <h1>Experiments</h1>
        <ul>
        <li><a href="/swagger">/swagger</a>: the API, to read and to try</li>
        <li><a href="/openapi.yaml">/openapi.yaml</a>: its description</li>
        <li><a href="/v1/experiments">/v1/experiments</a>: the tests</li>
        <li><a href="/v1/best-practices">/v1/best-practices</a>: what was learned</li>
        <li><a href="/v1/audit">/v1/audit</a>: who changed what</li>
        <li><a href="/health/ready">/health/ready</a>: whether the service can serve</li>
        </ul>
        </body>
        </html>
        """;

    public static void MapHome(this IEndpointRouteBuilder app) =>
        app.MapGet("/", () => TypedResults.Content(Page, "text/html; charset=utf-8")).ExcludeFromDescription().Public();
}
