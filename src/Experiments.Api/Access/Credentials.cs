using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Access;

/// <summary>Finds the key that a caller presents. Wrong ones are counted by address: guessing is slowed, and nobody with a good key is.</summary>
internal sealed class Credentials(CatalogStore catalog, RateLimits limits, TimeProvider clock)
{
    /// <summary>What was found, or why nothing was.</summary>
    internal sealed record Found(Admission? Admission, ProblemException? Problem);

    public Found Find(HttpContext context, string presented)
    {
        if (!SecretKeys.HasChecksum(presented)) return Wrong(context, AccessProblems.KeyMistyped());
        var hash = SecretKeys.HashOf(presented);
        return SecretKeys.Find(catalog.State, presented, hash, clock.GetUtcNow()) is { } key
            ? new Found(new Admission(key, hash), null)
            : Wrong(context, AccessProblems.KeyInvalid());
    }

    /// <summary>The key in the headers, or null when none is there.</summary>
    public static string? Presented(IHeaderDictionary headers)
    {
        var header = headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header["Bearer ".Length..].Trim() is { Length: > 0 } bearer) return bearer;
        return headers["X-API-Key"].ToString().Trim() is { Length: > 0 } key ? key : null;
    }

    private Found Wrong(HttpContext context, ProblemException problem) => new(
        null,
        limits.CountWrongKey(context.Connection.RemoteIpAddress?.ToString() ?? "") is { } seconds ? AccessProblems.TooManyWrongKeys(seconds) : problem);
}
