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

    [Fact]
    public void Check_RightWeights_EvidenceAveragesToOne()
    {
        // Sum over all outcomes of 12 units of probability times evidence.
        const int Units = 12;
        var (sum, binomial) = (0.0, 1.0);
        for (var k = 0; k <= Units; k++)
        {
            var log = SampleRatioMismatch.Check([new AllocationEpoch(new[] { 0.3, 0.7 }, new double[] { k, Units - k })]).LogEvidence;
            sum += binomial * Math.Pow(0.3, k) * Math.Pow(0.7, Units - k) * Math.Exp(log);
            binomial = binomial * (Units - k) / (k + 1);
        }

        Vectors.Near(1, sum, 1e-12);
    }

    [Fact]
    public void Check_WrongArguments_NameTheCulprit()
    {
        double[] halves = [0.5, 0.5];
        Assert.Equal("epochs", Assert.Throws<ArgumentException>(
            () => SampleRatioMismatch.Check([new AllocationEpoch(halves, new[] { 1.0 })])).ParamName);
        foreach (var counts in new[] { [-1, 2], new[] { double.NaN, 2 }, [double.PositiveInfinity, 2] })
        {
            Assert.Equal("epochs", Assert.Throws<ArgumentOutOfRangeException>(
                () => SampleRatioMismatch.Check([new AllocationEpoch(halves, counts)])).ParamName);
        }

        Assert.Equal("epochs", Assert.Throws<ArgumentOutOfRangeException>(
            () => SampleRatioMismatch.Check([new AllocationEpoch(new double[2], halves)])).ParamName);
        Assert.Null(SampleRatioMismatch.ChiSquare([new AllocationEpoch(halves, new double[2])]));
        Assert.Equal(0, SampleRatioMismatch.Check([]).LogEvidence);
    }

    [Theory]
    [InlineData(9000, 11000, true, true)]
    [InlineData(9800, 10200, false, false)]
    [InlineData(9750, 10250, false, true)]
    public void Check_Thresholds_RaiseWarningThenAlarm(double a, double b, bool alarm, bool warning)
    {
        var result = SampleRatioMismatch.Check([new AllocationEpoch(new[] { 1.0, 1 }, new[] { a, b })]);
        Assert.True(result.Alarm == alarm && result.Warning == warning, result.ToString());
    }
}
