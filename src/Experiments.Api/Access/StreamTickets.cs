using System.Collections.Concurrent;
using Experiments.Api.Catalog;
using Microsoft.AspNetCore.DataProtection;

namespace Experiments.Api.Access;

/// <summary>Marks a stream that pages of apps open: a browser's EventSource sends no headers, so a ticket in the address stands for the key.</summary>
internal sealed record TicketAccess;

/// <summary>Tickets for streams: good for one to two hours, for nothing but hearing that something has changed.</summary>
internal sealed class StreamTickets(IDataProtectionProvider protection, CatalogStore catalog, TimeProvider clock)
{
    public const string Parameter = "ticket";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly SealedAdmissions _sealed = new(protection.CreateProtector("Experiments.Stream.v1"), catalog, clock);

    // A client that sees the same address keeps its connection.
    private readonly ConcurrentDictionary<string, string> _issued = new();
    private long _issuedIn;

    /// <summary>Hours since 1970: each has tickets of its own. Who keeps a ticket with an answer must ask again when it has changed.</summary>
    public long Period => clock.GetUtcNow().ToUnixTimeSeconds() / (long)Lifetime.TotalSeconds;

    /// <summary>The ticket of a key for this hour, good to the end of the next.</summary>
    public string Issue(Admission admission)
    {
        var period = Period;
        if (Interlocked.Exchange(ref _issuedIn, period) != period) _issued.Clear();
        var until = DateTimeOffset.FromUnixTimeSeconds((period + 2) * (long)Lifetime.TotalSeconds);
        return _issued.GetOrAdd($"{period} {admission.Key.Key} {admission.SecretHash}", _ => _sealed.Seal(admission, until));
    }

    public Admission? Find(string ticket) => _sealed.Open(ticket);
}
