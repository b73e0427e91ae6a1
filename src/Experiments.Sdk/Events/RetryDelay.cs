using System.Net.Http.Headers;

namespace Experiments.Sdk.Events;

/// <summary>How long to wait before the next try: exponential, with full jitter, never less than the service asks for.</summary>
/// <param name="random">Seeded generator; used by one thread.</param>
internal sealed class RetryDelay(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>No service means to be left alone for longer than this, whatever it says.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    /// <summary>Delay before a try.</summary>
    /// <param name="attempt">Failures so far, from 1.</param>
    /// <param name="asked">What <c>Retry-After</c> said, or null.</param>
    public TimeSpan Next(int attempt, TimeSpan? asked)
    {
        var ceiling = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 16)));
        var jitter = TimeSpan.FromMilliseconds(random.NextDouble() * ceiling);
        if (asked is not { } least) return jitter;

        // A tenth more at most, so that all clients do not come back in the same instant.
        return TimeSpan.FromTicks(Math.Min(least.Ticks, LongestAsked.Ticks)) + (0.1 * random.NextDouble() * least.Duration());
    }

    /// <summary>What <c>Retry-After</c> asks for, in seconds or as a date; never negative.</summary>
    public static TimeSpan? Asked(RetryConditionHeaderValue? retryAfter, DateTimeOffset now)
    {
        var wait = retryAfter?.Delta ?? (retryAfter?.Date - now);
        return wait is { } asked ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, 0, LongestAsked.Ticks)) : null;
    }
}
