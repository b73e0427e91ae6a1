using Experiments.Api.Events.Ledger;
using Experiments.Api.Results;
using Experiments.Api.Results.Figures;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Experiments.Stats.Quality;
using Experiments.Stats.Sequential;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Analyses;

/// <summary><c>POST /v1/analyses</c>: sufficient statistics in, the same read-outs out, nothing stored; the evidence of one look.</summary>
internal static partial class Analyse
{
    internal sealed record View(
        AnalysisHealth Health, IReadOnlyList<VariantFiguresView> Variants, IReadOnlyList<ComparisonView> Comparisons,
        IReadOnlyDictionary<string, double?> ProbabilityBest);

    internal sealed record AnalysisHealth(SampleRatioView Srm);

    public static void Map(RouteGroupBuilder analyses) => analyses
        .MapPost("/analyses", Handle)
        .WithName("analyse")
        .WithSummary("The read-outs of an experiment from counts and sums alone, without stored data.")
        .Validate<Request>()
        .Answers(400);

    internal static Ok<View> Handle(Request request)
    {
        var epochs = request.AllEpochs();
        var keys = epochs[0].Variants!.Select(v => v.Key!).ToList();
        var control = keys.IndexOf(request.Control!);
        var data = ToData(request, epochs, keys);
        var readOut = new ReadOut(data);
        var treatments = Enumerable.Range(0, keys.Count).Where(i => i != control).ToList();
        var plan = ToPlan(request);
        var looks = treatments
            .Select(t => PairLook.Evaluate(data, control, t, plan, NullHypothesis.NoEffect, PairState.Initial, intervals: true))
            .ToList();
        var adjusted = new double[looks.Count];
        ClosedAveraging.Adjust([.. looks.Select(l => l.Evidence.LogEvidence)], adjusted);
        var best = readOut.ProbabilityBest(_ => true);
        return TypedResults.Ok(new View(
            new AnalysisHealth(SampleRatio(data, keys)),
            [.. keys.Select((key, i) => Variant(key, readOut.Variant(i)))],
            [.. treatments.Select((t, i) => Comparison(keys, control, t, readOut, ComparisonLook.From(t, data, looks[i], adjusted[i], plan)))],
            keys.Select((key, i) => (key, best[i])).ToDictionary(p => p.key, p => p.Item2)));
    }

    private static KpiData ToData(Request request, IReadOnlyList<EpochRequest> epochs, List<string> keys) => new(
        Enum.Parse<KpiType>(request.Kpi!.Type!, ignoreCase: true),
        request.Kpi.Direction == "decrease",
        [
            .. epochs.Select(epoch =>
            {
                // Variants may stand in another order in another epoch.
                var byKey = epoch.Variants!.ToDictionary(v => v.Key!);
                return new EpochData(
                    [.. keys.Select(k => byKey.TryGetValue(k, out var v) ? v.Weight ?? 1 : 0)],
                    [.. keys.Select(k => byKey.TryGetValue(k, out var v) ? v.ToCell(request.Kpi.Type == "proportion") : default)]);
            }),
        ]);

    private static PairPlan ToPlan(Request request)
    {
        var plan = request.Plan ?? new PlanRequest();
        var isFall = request.Kpi!.Direction == "decrease";
        var up = plan.DirectionWeight ?? (request.Kpi.Direction is null ? PairPlan.Undeclared : isFall ? 1 - PairPlan.DeclaredUp : PairPlan.DeclaredUp);
        return new PairPlan(
            request.Alpha ?? 0.05, up, plan.HorizonUsers,
            plan.MinimumDetectableLift ?? (plan.HorizonUsers is null ? 0.1 : null), plan.Baseline, plan.StandardDeviation);
    }

    private static SampleRatioView SampleRatio(KpiData data, List<string> keys)
    {
        AllocationEpoch[] epochs =
        [
            .. data.Epochs.Select(e => new AllocationEpoch(e.Weights.ToArray(), e.Cells.Select(c => (double)c.Users).ToArray())),
        ];
        var check = SampleRatioMismatch.Check(epochs);
        var chiSquare = SampleRatioMismatch.ChiSquare(epochs);
        return new SampleRatioView(
            check.Alarm ? "alarm" : check.Warning ? "warning" : "ok",
            keys.Select((key, i) => (key, (double)data.Total(i).Users)).ToDictionary(p => p.key, p => p.Item2),
            keys.Select((key, i) => (key, data.Epochs.Sum(e => e.Cells.Sum(c => c.Users) * e.Weights[i] / e.Weights.Sum())))
                .ToDictionary(p => p.key, p => p.Item2),
            check.LogEvidence, chiSquare?.Statistic, chiSquare?.PValue);
    }

    private static VariantFiguresView Variant(string key, VariantReadOut v) => new(
        key, v.Users, v.Users, v.Conversions, v.Sum, v.Mean, v.StandardDeviation, IntervalView.Of(v.CredibleInterval, 0.95));

    private static ComparisonView Comparison(List<string> keys, int control, int treatment, ReadOut readOut, ComparisonLook look)
    {
        var pair = readOut.Pair(control, treatment);
        return new ComparisonView(
            keys[treatment], keys[control], pair.Difference, pair.RelativeLift, pair.ProbabilityBeatsControl, pair.LossIfPromoted,
            pair.LossIfKept, IntervalView.Of(pair.LiftInterval, 0.95), SequentialFigures.Of(readOut.Type, hasCovariate: false, look));
    }
}
