using Experiments.Sdk;

namespace Shop;

/// <summary>What the shop's own team looks at: why a visitor sees what he sees, and how the client is doing.</summary>
internal static class Behind
{
    public static void Map(WebApplication app)
    {
        // Peek tells and exposes nobody: looking changes nothing.
        app.MapGet("/why", (HttpContext http, ExperimentsClient experiments) => new[]
        {
            Why(experiments.Peek("shop.title", Visitor.Of(http).Id, "Welcome"), "shop.title"),
            Why(experiments.Peek("shop.banner", Visitor.Of(http).Id, "Free delivery from 50 €"), "shop.banner"),
            Why(experiments.Peek("shop.express", Visitor.Of(http).Id, false), "shop.express"),
        });
        app.MapGet("/status", (ExperimentsClient experiments) => experiments.Status);
    }

    private static object Why<T>(Assignment<T> assignment, string parameter) => new
    {
        parameter,
        assignment.Value,
        assignment.Source,
        assignment.Reason,
        assignment.Experiment,
        assignment.Variant,
        assignment.BestPractice,
        assignment.Propensity,
    };
}
