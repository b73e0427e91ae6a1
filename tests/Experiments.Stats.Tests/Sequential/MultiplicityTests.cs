using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

public sealed class MultiplicityTests
{
    public static TheoryData<int> ClosedCases => Vectors.Indices("closed_evalues");

    public static TheoryData<int> HochbergCases => Vectors.Indices("e_bh");

    [Theory, MemberData(nameof(ClosedCases))]
    public void Adjust_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("closed_evalues", index);
        var logs = v.Numbers("e").Select(e => Math.Log(e)).ToArray();
        var adjusted = new double[logs.Length];
        ClosedAveraging.Adjust(logs, adjusted);
        var expected = v.Numbers("adjusted");
        for (var i = 0; i < logs.Length; i++)
        {
            Vectors.NearRelative(expected[i], Math.Exp(adjusted[i]));
        }
    }

    [Theory, MemberData(nameof(HochbergCases))]
    public void Reject_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("e_bh", index);
        var logs = v.Numbers("e").Select(e => Math.Log(e)).ToArray();
        var discovered = new bool[logs.Length];
        var count = EBenjaminiHochberg.Reject(logs, v.Number("alpha"), discovered);
        Assert.Equal(v.GetProperty("reject").EnumerateArray().Select(e => e.GetBoolean()), discovered);
        Assert.Equal(discovered.Count(d => d), count);
    }

    [Fact]
    public void Adjust_HugeEvidence_StaysFinite()
    {
        var adjusted = new double[3];
        ClosedAveraging.Adjust([50_000, double.NegativeInfinity, 1], adjusted);
        Vectors.Near(50_000 - Math.Log(3), adjusted[0], 1e-9);
        Assert.Equal(double.NegativeInfinity, adjusted[1]);
        Vectors.Near(1 - Math.Log(2), adjusted[2], 1e-9);
    }

    [Fact]
    public void Adjust_InPlace_GivesTheSame()
    {
        double[] logs = [3, 1, 2];
        var adjusted = new double[3];
        ClosedAveraging.Adjust(logs, adjusted);
        ClosedAveraging.Adjust(logs, logs);
        Assert.Equal(adjusted, logs);
    }

    [Fact]
    public void MultiplicityRules_WrongArguments_NameTheCulprit()
    {
        Assert.Equal("logEvidence", Assert.Throws<ArgumentOutOfRangeException>(
            () => ClosedAveraging.Adjust([double.NaN], new double[1])).ParamName);
        Assert.Equal("adjusted", Assert.Throws<ArgumentException>(
            () => ClosedAveraging.Adjust([1], new double[2])).ParamName);
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(
            () => EBenjaminiHochberg.Reject([1], 1, new bool[1])).ParamName);
        Assert.Equal("discovered", Assert.Throws<ArgumentException>(
            () => EBenjaminiHochberg.Reject([1], 0.1, new bool[2])).ParamName);
    }
}
