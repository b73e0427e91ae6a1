using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results;
using Experiments.Api.Results.Figures;
using Experiments.Api.Shared;

namespace Experiments.Api.Promotion;

/// <summary>What the holdback of a best practice says now: the practice against the value of before, on users first exposed since.</summary>
internal sealed class PracticeMeasurement(MomentsReader moments, TimeProvider clock)
{
    internal sealed record View(
        string Kpi, DateTimeOffset AsOf, SideView Practice, SideView Holdback, double? RelativeLift, double? ProbabilityPracticeBeatsHoldback,
        IntervalView? CredibleInterval);

    internal sealed record SideView(long Users, long Conversions, double? Mean);

    public async ValueTask<JsonElement?> ReadAsync(BestPractice practice, CancellationToken cancellationToken)
    {
        var layout = TargetLayout.Of(practice);
        var read = await moments.ReadAsync(layout, cancellationToken).ConfigureAwait(false);
        var share = practice.Holdback;
        var data = new KpiData(layout.Kpis[0].Type, practice.Kpi.Direction == "decrease",
        [
            .. read.Epochs.DefaultIfEmpty(0).Select(epoch => new EpochData(
                [share, 1 - share], [read.Current(0, epoch, 0), read.Current(0, epoch, 1)])),
        ]);
        var readOut = new ReadOut(data);
        var pair = readOut.Pair(control: 0, treatment: 1);
        var view = new View(
            practice.Kpi.Key, clock.GetUtcNow(), Side(readOut, 1), Side(readOut, 0), pair.RelativeLift, pair.ProbabilityBeatsControl,
            IntervalView.Of(pair.LiftInterval, 0.95));
        return JsonSerializer.SerializeToElement(view, ApiJson.Options);
    }

    private static SideView Side(ReadOut readOut, int variant)
    {
        var figures = readOut.Variant(variant);
        return new SideView(figures.Users, figures.Conversions, figures.Mean);
    }
}
