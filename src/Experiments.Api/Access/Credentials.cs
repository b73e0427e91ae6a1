using System.Threading.RateLimiting;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Access;

/// <summary>Finds the key that a caller presents. Wrong ones are counted by address: guessing is slowed, and nobody with a good key is.</summary>
internal sealed class Credentials(CatalogStore catalog, TimeProvider clock) : IDisposable
{
    private const int WrongKeysPerSecond = 20;

    private readonly PartitionedRateLimiter<string> _wrong = PartitionedRateLimiter.Create<string, string>(static address =>
        RateLimitPartition.GetTokenBucketLimiter(address, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 3 * WrongKeysPerSecond,
            TokensPerPeriod = WrongKeysPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }));

    /// <summary>What was found: a key with its role, or why there is none.</summary>
    internal sealed record Found(AccessKey? Key, Role? Role, string? SecretHash, ProblemException? Problem)
    {
        public int? RetryAfterSeconds => Problem?.RetryAfterSeconds;
    }

    public Found Find(HttpContext context, string presented)
    {
        if (!SecretKeys.HasChecksum(presented)) return Wrong(context, AccessProblems.KeyMistyped());
        var hash = SecretKeys.HashOf(presented);
        var key = SecretKeys.Find(catalog.State, presented, hash, clock.GetUtcNow());
        return key is not null && RoleNames.Parse(key.Role) is { } role
            ? new Found(key, role, hash, null)
            : Wrong(context, AccessProblems.KeyInvalid());
    }

    /// <summary>The key in the headers, or null when none is there.</summary>
    public static string? Presented(IHeaderDictionary headers)
    {
        var header = headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header["Bearer ".Length..].Trim() is { Length: > 0 } bearer) return bearer;
        return headers["X-API-Key"].ToString().Trim() is { Length: > 0 } key ? key : null;
    }

    public void Dispose() => _wrong.Dispose();

    private Found Wrong(HttpContext context, ProblemException problem)
    {
        using var lease = _wrong.AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? "");
        return new Found(null, null, null, lease.IsAcquired ? problem : AccessProblems.TooManyWrongKeys(seconds: 1));
    }
}
