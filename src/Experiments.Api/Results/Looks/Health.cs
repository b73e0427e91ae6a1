using Experiments.Stats.Quality;

namespace Experiments.Api.Results.Looks;

/// <summary>Whether the data can be trusted, before anything is said of who wins.</summary>
/// <param name="Observed">Users counted, by variant.</param>
/// <param name="Expected">Users that the weights promise, by variant.</param>
internal sealed record Health(
    SampleRatioResult SampleRatio, ChiSquareResult? ChiSquare, IReadOnlyList<double> Observed, IReadOnlyList<double> Expected,
    long MultipleExposureUsers, long AutomatedUsers)
{
    // Quarantine by a rule that ignores the variant costs users, not validity; this many say that assignment itself is broken.
    private const double TolerableMultipleShare = 0.05;

    public double Users => Observed.Sum();

    public bool TooManyMultiple => MultipleExposureUsers > TolerableMultipleShare * (Users + MultipleExposureUsers);

    /// <summary>False blocks every decision.</summary>
    public bool IsSound => !SampleRatio.Alarm && !TooManyMultiple;

    public static Health Of(ExperimentData data)
    {
        var experiment = data.Experiment;
        var observed = new double[experiment.Variants.Count];
        var expected = new double[experiment.Variants.Count];
        var epochs = new List<AllocationEpoch>();
        foreach (var epoch in experiment.Epochs)
        {
            double[] weights = [.. epoch.Shares()];
            double[] counts = [.. Enumerable.Range(0, weights.Length).Select(v => (double)data.Moments.Exposed(epoch.Id, v))];
            epochs.Add(new AllocationEpoch(weights, counts));
            for (var v = 0; v < counts.Length; v++)
            {
                observed[v] += counts[v];
                expected[v] += counts.Sum() * weights[v];
            }
        }

        var all = epochs.ToArray();
        return new Health(
            SampleRatioMismatch.Check(all), SampleRatioMismatch.ChiSquare(all), observed, expected,
            data.Moments.Multiple, data.Moments.Automated);
    }
}
