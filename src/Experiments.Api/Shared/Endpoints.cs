using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Shared;

/// <summary>What routes say of themselves.</summary>
internal static class Endpoints
{
    private const int LargestDefinitionBytes = 2 * 1024 * 1024;

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

    /// <summary>Bounds the bodies of a group: definitions are small, and an audience may list 10,000 values.</summary>
    public static RouteGroupBuilder WithSmallBodies(this RouteGroupBuilder group) =>
        group.WithMetadata(new RequestSizeLimitAttribute(LargestDefinitionBytes));
}
