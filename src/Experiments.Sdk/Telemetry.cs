using System.Diagnostics.Metrics;

namespace Experiments.Sdk;

/// <summary>The SDK's meter: names, units and tags in one place. Never a user in a tag.</summary>
internal sealed class Telemetry : IDisposable
{
    public const string MeterName = "Experiments.Sdk";

    private static readonly KeyValuePair<string, object?>[] ReasonTags =
        [.. Enum.GetNames<AssignmentReason>().Select(name => new KeyValuePair<string, object?>("reason", char.ToLowerInvariant(name[0]) + name[1..]))];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _evaluations;
    private readonly Counter<long> _exposures;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _resent;

    public Telemetry()
    {
        _evaluations = _meter.CreateCounter<long>("experiments.evaluations", "{evaluation}", "Parameters read, by reason.");
        _exposures = _meter.CreateCounter<long>("experiments.exposures", "{exposure}", "Exposures recorded, by experiment or best practice.");
        _delivered = _meter.CreateCounter<long>("experiments.sdk.events.delivered", "{event}", "Events that the service accepted.");
        _dropped = _meter.CreateCounter<long>("experiments.sdk.events.dropped", "{event}", "Events given up, by reason.");
        _resent = _meter.CreateCounter<long>("experiments.sdk.events.resent", "{event}", "Events sent again because the service's store has changed.");
    }

    /// <summary>Shows the number of events that wait, and the seconds since the snapshot was known to be the newest.</summary>
    public void Observe(Func<long> outboxSize, Func<double?> snapshotAge)
    {
        _meter.CreateObservableGauge("experiments.sdk.outbox.size", outboxSize, "{event}", "Events that wait for delivery.");
        _meter.CreateObservableGauge(
            "experiments.sdk.config.age",
            () => snapshotAge() is { } age ? [new Measurement<double>(age)] : Array.Empty<Measurement<double>>(),
            "s",
            "Time since the snapshot was known to be the newest.");
    }

    public void Evaluated(AssignmentReason reason)
    {
        if (_evaluations.Enabled) _evaluations.Add(1, ReasonTags[(int)reason]);
    }

    public void Exposed(string key, string variant) => _exposures.Add(1, new("experiment", key), new("arm", variant));

    public void Delivered(long events) => _delivered.Add(events);

    public void Resent(long events) => _resent.Add(events);

    public void Dropped(long events, string reason) => _dropped.Add(events, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => _meter.Dispose();
}
