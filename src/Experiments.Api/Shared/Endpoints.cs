namespace Experiments.Api.Shared;

/// <summary>What routes say of themselves.</summary>
internal static class Endpoints
{
    /// <summary>Declares the problems that a route answers, for the description of the API.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder route, params int[] problems)
    {
        foreach (var status in problems) route.Produces<Problem>(status, Problem.ContentType);
        return route;
    }
}
