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

    /// <summary>Declares that a route takes a JSON merge patch of a definition.</summary>
    public static RouteHandlerBuilder Patches<TDefinition>(this RouteHandlerBuilder route)
        where TDefinition : notnull =>
        route.Accepts<TDefinition>("application/merge-patch+json", "application/json");
}
