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
    /// <param name="CredibleInterval">Of the relative lift, read once.</param>
    /// <param name="ConfidenceSequence">Of the relative lift; holds at all looks together.</param>
    /// <param name="Money">What it has brought since the promotion; null where its KPI is no money.</param>
    /// <param name="Statement">All of it in a sentence or two, in English and French.</param>
    internal sealed record View(
        string Kpi, DateTimeOffset AsOf, SideView Practice, SideView Holdback, double? RelativeLift, double? ProbabilityPracticeBeatsHoldback,
        IntervalView? CredibleInterval, IntervalView? ConfidenceSequence, bool IsHealthy, HarmView Harm, AgeView Evidence, MoneyView? Money,
        StatementView Statement);

    internal sealed record SideView(long Users, long Conversions, double? Mean);

    /// <param name="LogStatistic">Log odds that its holdback does better, after the last whole cycle.</param>
    internal sealed record HarmView(double LogStatistic, double LogWarn, double LogDemote, int Cycles, DateTimeOffset NextCloseAt);

    /// <param name="ProbabilityBetter">That it is still better than the value of before, its evidence faded by age.</param>
    internal sealed record AgeView(double ProbabilityBetter, double HalfLifeDays, double AgeDays);

    internal sealed record MoneyView(double? Estimate, double? Lower, double? Upper, double Level, string Unit, DateTimeOffset Since);

    internal sealed record StatementView(string En, string Fr);

    public async ValueTask<JsonElement?> ReadAsync(BestPractice practice, CancellationToken cancellationToken)
    {
        var read = await moments.ReadAsync(TargetLayout.Of(practice), cancellationToken).ConfigureAwait(false);
        return JsonSerializer.SerializeToElement(Of(practice, read, clock.GetUtcNow()), ApiJson.Options);
    }

    private static View Of(BestPractice practice, TargetMoments read, DateTimeOffset now)
    {
        var look = new PracticeLook(practice, read, now);
        var readOut = new ReadOut(Current(practice, read));
        var (pair, effect) = (readOut.Pair(control: 0, treatment: 1), look.Effect());
        var settings = practice.Settings;
        var money = look.Money() is { } value
            ? new MoneyView(value.Money, value.Interval.Lower, value.Interval.Upper, 0.95, practice.Kpi.Unit!, practice.ValidFrom)
            : null;
        return new View(
            practice.Kpi.Key, now, Side(readOut, 1), Side(readOut, 0), pair.RelativeLift, pair.ProbabilityBeatsControl,
            IntervalView.Of(pair.LiftInterval, 0.95), IntervalView.Of(effect.LiftInterval, 0.95), look.IsHealthy,
            new HarmView(look.Harm.LogStatistic, Math.Log(settings.Warn), Math.Log(settings.DemoteOdds), look.Harm.Cycles, look.NextClose),
            new AgeView(look.Strength().ProbabilityBetter(look.IsGoodUp), settings.EvidenceHalfLifeDays, (now - practice.ValidFrom).TotalDays),
            money,
            PracticeStatement.Of(practice, effect, money, readOut.Variant(1).Users));
    }

    // Counts of epochs with other shares are never pooled as they are: each keeps its own.
    private static KpiData Current(BestPractice practice, TargetMoments read) => new(
        read.Layout.Kpis[0].Type, practice.Kpi.Direction == "decrease",
        [
            .. read.Epochs.DefaultIfEmpty(0).Select(epoch => new EpochData(
                Shares(practice, epoch), [read.Current(0, epoch, 0), read.Current(0, epoch, 1)])),
        ]);

    private static double[] Shares(BestPractice practice, int epoch)
    {
        var held = epoch < practice.Epochs.Count ? practice.Epochs[epoch].HoldbackBuckets / 10_000.0 : practice.Holdback;
        return [held, 1 - held];
    }

    private static SideView Side(ReadOut readOut, int variant)
    {
        var figures = readOut.Variant(variant);
        return new SideView(figures.Users, figures.Conversions, figures.Mean);
    }
}
