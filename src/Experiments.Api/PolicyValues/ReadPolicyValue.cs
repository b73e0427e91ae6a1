using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results;
using Experiments.Api.Results.Figures;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Experiments.Stats.Bandits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.PolicyValues;

/// <summary><c>POST /v1/experiments/{key}/policy-values</c>: the value of a candidate policy from mature users' logged propensities.</summary>
internal static partial class ReadPolicyValue
{
    private const double Level = 0.95;
    private const double Quantile975 = 1.959963984540054;

    /// <param name="Known">False: this log cannot know, and <paramref name="Policy"/> is silent; <paramref name="Text"/> says why.</param>
    /// <param name="Policy">Mean of the KPI per user under the candidate policy.</param>
    /// <param name="Logged">The same of the shares that were really served.</param>
    /// <param name="EffectiveUsers">Users whom the log has for this question.</param>
    internal sealed record View(
        string Experiment, string Kpi, double Users, double EffectiveUsers, bool Known, EstimateView? Policy, EstimateView? InversePropensity,
        EstimateView? Logged, string Text);

    internal sealed record EstimateView(double Value, double StandardError, IntervalView Interval);

    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapPost("/{key}/policy-values", HandleAsync)
        .WithName("readPolicyValue")
        .WithSummary("What other shares, for all or by value of a breakdown, would bring; silent where the log cannot know.")
        .Validate<Request>()
        .Answers(404, 409, 422, 503);

    internal static async Task<Ok<View>> HandleAsync(
        string key, Request request, CatalogStore catalog, ResultsService results, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken);
        var experiment = state.RequireExperiment(key);
        if (experiment.StartedAt is null)
        {
            throw Problems.Conflict("wrong-state", $"'{key}' is a draft: nobody has been served, so there is no log to ask.");
        }

        var kpi = Check(experiment, request);
        var data = await results.DataAsync(state, experiment, cancellationToken);
        var log = new OffPolicyLog();
        foreach (var segment in Segments(data, request)) Add(log, data, kpi, segment, Shares(experiment, request, segment.Value));
        return TypedResults.Ok(ToView(experiment, kpi, log.Read()));
    }

    private static IEnumerable<Segment> Segments(ExperimentData data, Request request) => request.Breakdown is { } breakdown
        ? data.Moments.Values(breakdown).Select(value => new Segment(breakdown, value))
        : [default];

    private static double[] Shares(Experiment experiment, Request request, string? value)
    {
        var weights = value is not null && request.Segments?.GetValueOrDefault(value) is { } own ? own : request.Weights!;
        double[] shares = [.. experiment.Variants.Select(v => weights.GetValueOrDefault(v.Key))];
        var total = shares.Sum();
        return [.. shares.Select(s => s / total)];
    }

    private static void Add(OffPolicyLog log, ExperimentData data, int kpi, Segment segment, double[] target)
    {
        foreach (var epoch in data.Experiment.Epochs)
        {
            var logged = epoch.Shares();
            for (var v = 0; v < target.Length; v++)
            {
                var cell = data.Moments.Mature(kpi, epoch.Id, v, data.Now.UtcTicks, segment);
                if (cell.Users > 0 && logged[v] > 0) log.AddGroup(logged[v], target[v], cell.ToMoments(), cell.Conversions);
            }
        }
    }

    private static View ToView(Experiment experiment, int kpi, OffPolicyReading reading)
    {
        var policy = reading.IsKnown ? ToView(reading.SelfNormalised) : null;
        return new View(
            experiment.Key, experiment.FrozenKpis[kpi].Key, reading.Users, reading.EffectiveUsers, policy is not null, policy,
            reading.IsKnown ? ToView(reading.InversePropensity) : null, ToView(reading.MeanReward),
            policy is not null
                ? "Estimated from the users who happened to get what this policy would have given them."
                : "This cannot be known from this log: too few users got what this policy would give, or the shares served are not those planned.");
    }

    private static EstimateView? ToView(Estimate estimate) => estimate is { Value: { } value, StandardError: { } error }
        ? new EstimateView(value, error, new IntervalView(Level, value - (Quantile975 * error), value + (Quantile975 * error)))
        : null;
}
