using Experiments.Stats.Quality;

namespace Experiments.Stats.Tests.Quality;

public sealed class SampleRatioMismatchTests
{
    public static TheoryData<int> Cases => Vectors.Indices("srm");

    [Theory, MemberData(nameof(Cases))]
    public void Check_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("srm", index);
        AllocationEpoch[] epochs = [.. v.GetProperty("epochs").EnumerateArray()
            .Select(e => new AllocationEpoch(e.Numbers("weights"), e.Numbers("counts")))];
        Vectors.Near(v.Number("log_evidence"), SampleRatioMismatch.Check(epochs).LogEvidence, 1e-8);
    }

    [Fact]
    public void Check_WeightlessVariantHasUnits_IsALeak()
    {
        var result = SampleRatioMismatch.Check([new AllocationEpoch(new[] { 0.5, 0.5, 0 }, new[] { 10.0, 10, 1 })]);
        Assert.True(result is { Leak: true, Alarm: true, Warning: true });
        Assert.True(double.IsFinite(result.LogEvidence));
    }

    [Theory]
    [InlineData(44700, 45489, 0, 6.9024049496058275, 0.008607987810836262)]
    [InlineData(21306, 21307, 21387, 0.20253125000000002, 0.9036929575604196)]
    public void ChiSquare_PublicDataSet_MatchesReference(double a, double b, double c, double statistic, double p)
    {
        double[] counts = c > 0 ? [a, b, c] : [a, b];
        var result = SampleRatioMismatch.ChiSquare([new AllocationEpoch(counts.Select(_ => 1.0).ToArray(), counts)]);
        Vectors.Near(statistic, result!.Value.Statistic, 1e-9);
        Vectors.Near(p, result.Value.PValue, 1e-9);
    }
}
