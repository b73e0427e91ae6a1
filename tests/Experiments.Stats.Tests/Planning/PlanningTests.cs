using Experiments.Stats.Bayesian;
using Experiments.Stats.Numerics;
using Experiments.Stats.Planning;

namespace Experiments.Stats.Tests.Planning;

public sealed class PlanningTests
{
    public static TheoryData<int> Cases => Vectors.Indices("planning");

    private static TestIdea Idea => new(0.05, 0.5, 28_000, 1000, 365_000, 100, 10, true);

    [Theory, MemberData(nameof(Cases))]
    public void UsersAndPower_GoldenVector_MatchReference(int index)
    {
        var v = Vectors.Case("planning", index);
        var (m, w, lift, z) = (v.Number("m"), v.Number("w"), v.Number("relative_lift"), v.Number("z"));
        var users = HorizonPlanning.UsersForProportion(m, w, lift, z);
        Vectors.NearRelative(v.Number("planned_units"), users);
        var effect = HorizonPlanning.EffectAtHorizon(m, w, lift, users);
        Vectors.NearRelative(z, effect, 1e-12);
        Vectors.Near(v.Number("horizon_power_lower"), HorizonPlanning.Power(0.05, v.Number("up"), effect));
    }

    [Fact]
    public void Detectable_OfPlannedUsers_IsTheLiftAskedFor()
    {
        Vectors.NearRelative(0.1, HorizonPlanning.DetectableLiftOfProportion(0.05, 0.3, HorizonPlanning.UsersForProportion(0.05, 0.3, -0.1)));
        Vectors.NearRelative(0.4, HorizonPlanning.DetectableEffectOfMean(9, 0.3, HorizonPlanning.UsersForMean(9, 0.3, 0.4)));
        Assert.Equal(28, HorizonPlanning.Days(28_000, 1000));
    }

    [Fact]
    public void Power_HugeEffect_IsOneAndNeverNaN()
    {
        Assert.Equal(1, HorizonPlanning.Power(0.05, 0.8, 500));
        Assert.InRange(HorizonPlanning.Power(0.05, 0.8, -500), 0, 1e-300);
        Assert.Equal(0, HorizonPlanning.Power(0.05, 0, 3));
    }

    [Theory]
    [InlineData(2.8, true, 0.755, 0.694)]
    [InlineData(2.8, false, 0.685, 0.752)]
    [InlineData(1.44, true, 0.287, 0.9015)]
    [InlineData(0.48, true, 0.069, 0.9775)]
    [InlineData(99, true, 0.996, 0.372)]
    public void At_EntryOrBetween_InterpolatesLinearly(double effect, bool declared, double power, double share)
    {
        var duration = ExpectedDuration.At(effect, declared);
        Vectors.Near(power, duration.Power, 1e-12);
        Vectors.Near(share, duration.HorizonShare, 1e-12);
    }

    [Fact]
    public void GaussHermite_Moments_AreThoseOfTheNormalLaw()
    {
        double Moment(int power) => Enumerable.Range(0, GaussHermiteRule.Order)
            .Sum(i => GaussHermiteRule.Weights[i] * Math.Pow(GaussHermiteRule.Nodes[i], power));
        Vectors.Near(1, Moment(0), 1e-12);
        Vectors.Near(0, Moment(1), 1e-12);
        Vectors.Near(1, Moment(2), 1e-12);
        Vectors.Near(3, Moment(4), 1e-11);
        Vectors.NearRelative(10395, Moment(12), 1e-11);
    }

    [Fact]
    public void Evaluate_CertainLift_EqualsPowerTimesLift()
    {
        var effect = HorizonPlanning.EffectAtHorizon(0.05, 0.5, 0.1, 28_000);
        var at = ExpectedDuration.At(effect, true);
        var value = ValueOfRunning.Evaluate(Idea, new NormalPosterior(0.1, 1e-12));
        var gain = at.Power * 0.1 * 0.05 * 100 * 365_000;
        Vectors.NearRelative(gain - (10 * 28 * at.HorizonShare), value.Money, 1e-9);
        Vectors.NearRelative(28 * at.HorizonShare, value.ExpectedDays, 1e-9);
        Vectors.NearRelative(value.Money / (28_000 * at.HorizonShare), value.MoneyPerUser, 1e-9);
    }

    [Fact]
    public void Evaluate_NoEffectExpected_OnlyCosts()
    {
        var value = ValueOfRunning.Evaluate(Idea, new NormalPosterior(-1, 0.01));
        Vectors.NearRelative(-280, value.Money, 1e-9);
        Assert.True(ValueOfRunning.Evaluate(Idea, ValueOfRunning.UsualPrior).Money > 0);
    }

    [Theory]
    [InlineData(0, 0.5, 0.1, "baseline")]
    [InlineData(0.1, 1, 0.1, "treatmentShare")]
    [InlineData(0.1, 0.5, 0, "relativeLift")]
    [InlineData(0.1, 0.5, double.NaN, "relativeLift")]
    public void UsersForProportion_ArgumentOutOfRange_NamesTheCulprit(double m, double w, double lift, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(
            () => HorizonPlanning.UsersForProportion(m, w, lift)).ParamName);
}
