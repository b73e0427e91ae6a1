using System.Text.Json;
using Experiments.Stats.Bayesian;
using Experiments.Stats.Quality;

namespace Experiments.Stats.Tests;

/// <summary>Two published experiments and their segments, summarised by another tool (vectors/stats_reference.json).</summary>
public sealed class PublishedDataTests
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "stats_reference.json"))).RootElement;

    [Fact]
    public void BetaComparison_PublishedRates_MatchesTheReference()
    {
        foreach (var v in Root.GetProperty("proportions").EnumerateArray())
        {
            var name = v.GetProperty("name").GetString()!;
            var control = BetaPosterior.FromCounts(new ProportionCounts(v.Number("n_control"), v.Number("successes_control")));
            var treatment = BetaPosterior.FromCounts(new ProportionCounts(v.Number("n_treatment"), v.Number("successes_treatment")));
            var r = BetaComparison.Compare(control, treatment);
            Vectors.Near(v.Number("probability_treatment_beats_control"), r.ProbabilityTreatmentBeats, 1e-9, name);
            Vectors.Near(v.Number("expected_loss_of_treatment"), r.ExpectedLossOfTreatment, 1e-9, name);
            Vectors.Near(v.Number("expected_loss_of_control"), r.ExpectedLossOfControl, 1e-9, name);
            var lift = BetaComparison.RelativeLiftInterval(control, treatment, 0.95);
            Assert.True(lift.Contains(v.Number("relative_lift")), name);
        }
    }

    [Fact]
    public void NormalComparison_PublishedMeans_MatchesTheReference()
    {
        foreach (var v in Root.GetProperty("means").EnumerateArray())
        {
            var name = v.GetProperty("name").GetString()!;
            MeanMoments Arm(string arm) => new(
                v.Number($"n_{arm}"), v.Number($"mean_{arm}"), v.Number($"variance_{arm}") * (v.Number($"n_{arm}") - 1));
            var r = NormalComparison.Compare(Arm("control"), Arm("treatment"))!.Value;
            Vectors.Near(v.Number("probability_treatment_beats_control_flat_normal"), r.ProbabilityTreatmentBeats, 1e-9, name);
            Vectors.NearRelative(
                v.Number("standard_error"), Math.Sqrt(Arm("control").VarianceOfMean + Arm("treatment").VarianceOfMean), 1e-12, name);
        }
    }

    [Theory]
    [InlineData("visit")]
    [InlineData("conversion")]
    public void ProbabilityBest_PublishedRates_MatchesTheReference(string kpi)
    {
        BetaPosterior[] arms = [.. Root.GetProperty("probability_best_counts").GetProperty(kpi).EnumerateArray()
            .Select(c => BetaPosterior.FromCounts(new ProportionCounts(c[0].GetDouble(), c[1].GetDouble())))];
        var expected = Root.GetProperty("probability_best").Numbers(kpi);
        var actual = ProbabilityBest.Beta(arms);
        for (var i = 0; i < expected.Length; i++)
        {
            Vectors.Near(expected[i], actual[i], 1e-9);
        }
    }

    [Fact]
    public void ChiSquare_PublishedCounts_MatchesTheReference()
    {
        foreach (var v in Root.GetProperty("srm").EnumerateArray())
        {
            var counts = v.Numbers("counts");
            AllocationEpoch[] epochs = [new(counts.Select(_ => 1.0).ToArray(), counts)];
            var r = SampleRatioMismatch.ChiSquare(epochs)!.Value;
            Vectors.Near(v.Number("chi_square"), r.Statistic, 1e-9);
            Vectors.Near(v.Number("p_value"), r.PValue, 1e-9);
            Assert.False(SampleRatioMismatch.Check(epochs).Alarm);
        }
    }
}
