using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Experiments.Sdk.Assignment;
using Experiments.Stats.Bandits;
using Experiments.Stats.Quality;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Allocations;

/// <summary><c>POST /v1/allocations</c>: one step of the bandit from counts and sums alone; nothing is stored.</summary>
internal static partial class Allocate
{
    /// <param name="ProbabilityBest">P(best) by variant; null while nothing is known.</param>
    /// <param name="Buckets">Buckets by variant, 10,000 in all.</param>
    /// <param name="Reason"><c>moved</c>, <c>atTarget</c>, <c>burnIn</c>, <c>unhealthy</c>, <c>noConversions</c> or <c>oneArm</c>.</param>
    internal sealed record View(
        IReadOnlyDictionary<string, double?> ProbabilityBest, IReadOnlyDictionary<string, int> Buckets, string Reason);

    public static void Map(RouteGroupBuilder routes) => routes
        .MapPost("/allocations", Handle)
        .WithName("allocate")
        .WithSummary("One step of the bandit: what is known of each variant and its buckets now, in; P(best) and the next buckets, out.")
        .Validate<Request>()
        .Answers(400);

    internal static Ok<View> Handle(Request request)
    {
        // Arm 0 is the control.
        List<string> keys = [request.Control!, .. request.Current!.Keys.Where(k => k != request.Control)];
        var rows = (request.Epochs ?? []).Select((epoch, i) => ToRow(epoch!, i, keys, request.Kpi!.Type == "proportion")).ToList();
        var input = new BanditInput(
            request.Kpi!.Type == "proportion" ? KpiKind.Proportion : KpiKind.Mean, [.. keys.Select(k => request.Current[k])], rows)
        {
            IncreaseIsGood = request.Kpi.Direction != "decrease",
            Active = [.. keys.Select(k => request.Inactive?.Contains(k) != true)],
            // An arm that the first epoch did not have came later, and stops nobody while it is young.
            AddedLater = [.. keys.Select((_, arm) => rows.Count > 0 && rows[0].Buckets[arm] == 0)],
            IsHealthy = IsHealthy(request, keys),
            NowDays = rows.Count,
        };
        var step = BanditStep.Compute((request.Bandit?.ToSettings() ?? new()).ToStatistics(), input);
        return TypedResults.Ok(new View(
            keys.Select((k, i) => (k, Best: step.ProbabilityBest?[i])).ToDictionary(p => p.k, p => p.Best),
            keys.Select((k, i) => (k, Buckets: step.Buckets[i])).ToDictionary(p => p.k, p => p.Buckets),
            BanditWords.Of(step.Reason)));
    }

    // Epochs come without times: each is taken as a day, long enough to tell its own level.
    private static EpochRow ToRow(EpochRequest epoch, int number, List<string> keys, bool isProportion)
    {
        var byKey = epoch.Variants!.ToDictionary(v => v!.Key!, v => v!);
        return new EpochRow(
            number, number, number + 1,
            BucketTable.BucketsFromWeights([.. keys.Select(k => byKey.TryGetValue(k, out var v) ? v.Weight ?? 1 : 0)]),
            [.. keys.Select(k => byKey.TryGetValue(k, out var v) ? v.ToCell(isProportion) : default)]);
    }

    private static bool IsHealthy(Request request, List<string> keys)
    {
        AllocationEpoch[] told =
        [
            .. from epoch in request.Epochs ?? []
               where epoch!.Variants!.All(v => v!.Weight is not null)
               let byKey = epoch.Variants!.ToDictionary(v => v!.Key!, v => v!)
               select new AllocationEpoch(
                   keys.Select(k => byKey.TryGetValue(k, out var v) ? v.Weight!.Value : 0).ToArray(),
                   keys.Select(k => byKey.TryGetValue(k, out var v) ? (double)v.Users!.Value : 0).ToArray()),
        ];
        return !SampleRatioMismatch.Check(told).Alarm;
    }
}
