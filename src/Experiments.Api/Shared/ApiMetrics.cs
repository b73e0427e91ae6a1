using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Experiments.Api.Shared;

/// <summary>What the service measures of itself. Labels are bounded: statuses, reasons, keys of running experiments; never a user.</summary>
internal sealed class ApiMetrics
{
    /// <summary>Name of the meter and of the source of traces.</summary>
    public const string Name = "Experiments.Api";

    public static readonly ActivitySource Activities = new(Name);

    private readonly Counter<long> _events;
    private readonly Histogram<double> _batchDuration;
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _exposures;
    private readonly Counter<long> _evaluations;
    private readonly Counter<long> _deadLetters;

    public ApiMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(Name);
        _events = Meter.CreateCounter<long>("experiments.ingest.events", "{event}", "Events by what became of them.");
        _batchDuration = Meter.CreateHistogram<double>("experiments.ingest.batch.duration", "s", "From the first byte of a batch to its commit.");
        _lag = Meter.CreateHistogram<double>("experiments.ingest.lag", "s", "From when the oldest event of a batch happened to its commit.");
        _exposures = Meter.CreateCounter<long>("experiments.exposures", "{exposure}", "Exposures accepted, repeats included.");
        _evaluations = Meter.CreateCounter<long>("experiments.evaluations", "{evaluation}", "Parameters evaluated by the service.");
        _deadLetters = Meter.CreateCounter<long>("experiments.deadletter.size", "{record}", "Damaged records and inbox entries set aside.");
    }

    /// <summary>For what is read when it is asked for.</summary>
    public Meter Meter { get; }

    /// <param name="accepted">Events that are new.</param>
    /// <param name="duplicates">Events known already.</param>
    /// <param name="rejected">Events refused.</param>
    public void Ingested(int accepted, int duplicates, int rejected)
    {
        if (accepted > 0) _events.Add(accepted, new KeyValuePair<string, object?>("status", "accepted"));
        if (duplicates > 0) _events.Add(duplicates, new KeyValuePair<string, object?>("status", "duplicate"));
        if (rejected > 0) _events.Add(rejected, new KeyValuePair<string, object?>("status", "rejected"));
    }

    public void Committed(double batchSeconds, double lagSeconds)
    {
        _batchDuration.Record(batchSeconds);
        _lag.Record(Math.Max(0, lagSeconds));
    }

    public void Exposed(string experiment, string variant, int count) => _exposures.Add(
        count, new KeyValuePair<string, object?>("experiment", experiment), new KeyValuePair<string, object?>("arm", variant));

    /// <param name="reason">In the words of the conventions: <c>split</c>, <c>targeting_match</c>, <c>default</c>.</param>
    public void Evaluated(string reason) => _evaluations.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void SetAside() => _deadLetters.Add(1);
}
