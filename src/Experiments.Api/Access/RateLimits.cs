using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Threading.RateLimiting;
using Experiments.Api.Shared;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Access;

/// <summary>How much one key may ask; section <c>Experiments:RateLimits</c>.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "Experiments:RateLimits";

    /// <summary>Requests a second of one key of role app, in each process. Default 5,000.</summary>
    [Range(0.001, 1_000_000)]
    public double AppRequestsPerSecond { get; set; } = 5000;

    /// <summary>Requests a second of one key of another role, in each process. Default 200.</summary>
    [Range(0.001, 1_000_000)]
    public double RequestsPerSecond { get; set; } = 200;

    /// <summary>Seconds' worth of requests that a key may make at once after a pause. Default 5.</summary>
    [Range(1, 3600)]
    public double BurstSeconds { get; set; } = 5;

    /// <summary>Wrong keys a second of one address before it is answered 429. Default 20.</summary>
    [Range(0.001, 1_000_000)]
    public double WrongKeysPerSecond { get; set; } = 20;
}

/// <summary>Token buckets: one for each key, and one for each address that shows wrong keys.</summary>
internal sealed class RateLimits : IDisposable
{
    private readonly PartitionedRateLimiter<(string Key, Role Role)> _requests;
    private readonly PartitionedRateLimiter<string> _wrongKeys;

    public RateLimits(IOptions<RateLimitOptions> options)
    {
        var limits = options.Value;
        _requests = PartitionedRateLimiter.Create<(string Key, Role Role), string>(caller => Bucket(
            caller.Key, caller.Role == Role.App ? limits.AppRequestsPerSecond : limits.RequestsPerSecond, limits.BurstSeconds));
        _wrongKeys = PartitionedRateLimiter.Create<string, string>(address => Bucket(address, limits.WrongKeysPerSecond, limits.BurstSeconds));
    }

    /// <summary>Counts a request of a key; null, or the seconds to wait.</summary>
    public int? Count(string key, Role role)
    {
        using var lease = _requests.AttemptAcquire((key, role));
        return Wait(lease);
    }

    /// <summary>Counts a wrong key from an address; null, or the seconds to wait.</summary>
    public int? CountWrongKey(string address)
    {
        using var lease = _wrongKeys.AttemptAcquire(address);
        return Wait(lease);
    }

    public static ProblemException TooMany(int seconds) => new(
        StatusCodes.Status429TooManyRequests, "too-many-requests", string.Create(
            CultureInfo.InvariantCulture, $"This key asks more often than it may. Ask again in {seconds} s; send events in batches, and use one key for each app."))
    {
        RetryAfterSeconds = seconds,
    };

    public void Dispose()
    {
        _requests.Dispose();
        _wrongKeys.Dispose();
    }

    private static RateLimitPartition<string> Bucket(string name, double perSecond, double burstSeconds) =>
        RateLimitPartition.GetTokenBucketLimiter(name, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, (int)Math.Ceiling(perSecond * burstSeconds)),
            TokensPerPeriod = Math.Max(1, (int)Math.Round(perSecond)),
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, (int)Math.Round(perSecond)) / perSecond),
        });

    private static int? Wait(RateLimitLease lease)
    {
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
    }
}
