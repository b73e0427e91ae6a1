namespace Experiments.Api.Ofrep;

/// <summary>What the answers of both routes have in common.</summary>
internal static class OfrepAnswers
{
    /// <summary>An answer is one user's: nothing on the way may keep it.</summary>
    public const string CacheControl = "private, no-cache";

    /// <summary>Declares the statuses that a route answers with an error of the protocol.</summary>
    public static RouteHandlerBuilder FailsWith(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses) route.Produces<FlagError>(status);
        return route;
    }
}
