namespace Experiments.Api.Webhooks;

/// <summary>A message on its way to one webhook: kept in the store before it is sent, until it has arrived or is given up.</summary>
internal sealed record Delivery
{
    public const string Pending = "pending";
    public const string Delivered = "delivered";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>The same for every attempt, and for every process that makes the message: a receiver knows a repetition by it.</summary>
    public required string Id { get; init; }
    public required string Webhook { get; init; }
    public required string Type { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public string State { get; init; } = Pending;
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>When it is sent next; null when it is done with.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>While a process sends it: until when nobody else does.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    public bool IsDueAt(DateTimeOffset now) => NextAt <= now && !(now < ClaimedUntil);

    /// <summary>After one more attempt.</summary>
    public Delivery After(Attempt attempt)
    {
        var tried = this with { Attempts = [.. Attempts, attempt], ClaimedUntil = null, NextAt = null };
        if (attempt.IsDelivered) return tried with { State = Delivered };
        return attempt.Status == StatusCodes.Status410Gone || Backoff.After(tried.Attempts.Count, Id) is not { } wait
            ? tried with { State = Failed }
            : tried with { NextAt = attempt.At + wait };
    }
}

/// <summary>How long to wait after a failed attempt: ten attempts over some three days.</summary>
internal static class Backoff
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>The wait after the n-th attempt, up to a tenth longer by the message's id, so that not all come back at once; null: give up.</summary>
    public static TimeSpan? After(int attempts, string id)
    {
        if (attempts > Waits.Length) return null;
        var spread = id.Aggregate(17u, (hash, c) => (hash * 31) + c) % 100 / 1000.0;
        return Waits[attempts - 1] * (1 + spread);
    }
}
