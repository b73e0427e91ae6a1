using Experiments.Api.Events.Ledger;
using Experiments.Stats.Quality;

namespace Experiments.Api.Results.Looks;

/// <summary>Whether the data can be trusted, before anything is said of who wins.</summary>
/// <param name="Observed">Users counted, by variant.</param>
/// <param name="Expected">Users that the weights promise, by variant.</param>
internal sealed record Health(
    SampleRatioResult SampleRatio, ChiSquareResult? ChiSquare, IReadOnlyList<double> Observed, IReadOnlyList<double> Expected,
    long MultipleExposureUsers, long AutomatedUsers)
{
    /// <summary>Values of breakdowns in which the variants did not get their shares; named, not blocking.</summary>
    public IReadOnlyList<string> SuspectSegments { get; init; } = [];

    /// <summary>KPIs whose covariate differs between variants before anybody was exposed; named, not blocking.</summary>
    public IReadOnlyList<string> ImbalancedCovariates { get; init; } = [];

    // Quarantine by a rule that ignores the variant costs users, not validity; this many say that assignment itself is broken.
    private const double TolerableMultipleShare = 0.05;

    public double Users => Observed.Sum();

    public bool TooManyMultiple => MultipleExposureUsers > TolerableMultipleShare * (Users + MultipleExposureUsers);

    /// <summary>The sample ratio alarm rings, or rang at an earlier look.</summary>
    public bool Alarm { get; init; } = SampleRatio.Alarm;

    /// <summary>False blocks every decision.</summary>
    public bool IsSound => !Alarm && !TooManyMultiple;

    public static Health Of(ExperimentData data)
    {
        var experiment = data.Experiment;
        var epochs = Allocation(data, default);
        var observed = new double[experiment.Variants.Count];
        var expected = new double[experiment.Variants.Count];
        foreach (var epoch in epochs)
        {
            var users = epoch.Counts.ToArray().Sum();
            for (var v = 0; v < observed.Length; v++)
            {
                observed[v] += epoch.Counts.Span[v];
                expected[v] += users * epoch.Weights.Span[v];
            }
        }

        return new Health(
            SampleRatioMismatch.Check(epochs), SampleRatioMismatch.ChiSquare(epochs), observed, expected,
            data.Moments.Multiple, data.Moments.Automated)
        {
            SuspectSegments = Suspects(data),
            ImbalancedCovariates = [.. experiment.FrozenKpis.Where((k, i) => CovariateBalance.IsBroken(data, i)).Select(k => k.Key)],
        };
    }

    private static AllocationEpoch[] Allocation(ExperimentData data, Segment segment) =>
    [
        .. data.Experiment.Epochs.Select(epoch => new AllocationEpoch(
            epoch.Shares().ToArray(),
            Enumerable.Range(0, data.Experiment.Variants.Count).Select(v => (double)data.Moments.Exposed(epoch.Id, v, segment)).ToArray())),
    ];

    // The alarm's own error is split over the values looked at: one name in a long list must not be chance.
    private static List<string> Suspects(ExperimentData data)
    {
        var segments = data.Experiment.Breakdowns.SelectMany(b => data.Moments.Values(b).Select(v => new Segment(b, v))).ToList();
        var threshold = Math.Log(SampleRatioMismatch.AlarmEvidence * Math.Max(1, segments.Count));
        return
        [
            .. segments.Where(s => SampleRatioMismatch.Check(Allocation(data, s)).LogEvidence >= threshold).Select(s => $"{s.Dimension}={s.Value}"),
        ];
    }
}
