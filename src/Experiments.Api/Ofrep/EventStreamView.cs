using Experiments.Api.Access;

namespace Experiments.Api.Ofrep;

/// <summary>Where a client hears that flags have changed, as the protocol has it.</summary>
/// <param name="Type">Always <c>sse</c>.</param>
/// <param name="Endpoint">On the host that the client asks for flags.</param>
/// <param name="InactivityDelaySec">Seconds after which a hidden page closes the stream.</param>
internal sealed record EventStreamView(string Type, EventStreamEndpoint Endpoint, int InactivityDelaySec)
{
    /// <summary>The stream for whoever asks, from the flags on that he is given now; with a ticket, where he came with a key.</summary>
    public static EventStreamView For(HttpContext http, FlagSet flags, StreamTickets tickets)
    {
        var address = $"{http.Request.PathBase}{OfrepSlice.Flags}{OfrepSlice.Changes}?{StreamChanges.Since}={flags.Tag}";
        if (http.Features.Get<Admission>() is { } caller) address += $"&{StreamTickets.Parameter}={Uri.EscapeDataString(tickets.Issue(caller))}";
        return new EventStreamView("sse", new EventStreamEndpoint(address), 120);
    }
}

/// <param name="RequestUri">Path and query.</param>
internal sealed record EventStreamEndpoint(string RequestUri);
