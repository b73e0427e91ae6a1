using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Experiments.Sdk.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Meter_WholePath_CountsWithoutUsers()
    {
        var seen = new ConcurrentBag<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meterListener) =>
        {
            if (instrument.Meter.Name == Telemetry.MeterName) meterListener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();

        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("telemetry", "p")) };
        await using var app = new TestApp(service.Endpoint);
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        app.Client.GetValue("p", "the-user", "");
        app.Client.GetValue("telemetry-unknown", "the-user", "");
        app.Client.Track("", "the-user");
        await app.FlushAsync();
        listener.RecordObservableInstruments();

        Assert.Contains(seen, m => m is { Name: "experiments.evaluations", Tags: "reason=split" });
        Assert.Contains(seen, m => m is { Name: "experiments.evaluations", Tags: "reason=unknownParameter" });
        Assert.Contains(seen, m => m.Name == "experiments.exposures" && m.Tags.StartsWith("experiment=telemetry arm=v", StringComparison.Ordinal));
        Assert.Contains(seen, m => m is { Name: "experiments.sdk.events.dropped", Tags: "reason=invalid" });
        Assert.Contains(seen, m => m is { Name: "experiments.sdk.events.delivered", Value: 1 });
        Assert.Contains(seen, m => m is { Name: "experiments.sdk.outbox.size", Value: 0 });
        Assert.Contains(seen, m => m is { Name: "experiments.sdk.config.age", Value: >= 0 and < 60 });
        Assert.DoesNotContain(seen, m => m.Tags.Contains("the-user", StringComparison.Ordinal));

        void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            seen.Add((instrument.Name, Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture), string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
    }
}
