using Experiments.Calibration.Methods;
using Experiments.Calibration.Sections;
using Experiments.Calibration.Simulation;

namespace Experiments.Stats.Tests;

/// <summary>
/// The calibration program's short form: each section with few runs; fails when a figure leaves its binomial band
/// (three standard errors beyond what is promised or was measured).
/// </summary>
public sealed class CalibrationShortTests
{
    public static TheoryData<string> Sections => [.. AllSections.List.Select(s => s.Name)];

    [Theory, MemberData(nameof(Sections))]
    public void Section_ShortForm_StaysInsideItsBands(string name)
    {
        var chapter = AllSections.List.Single(s => s.Name == name).Measure(Scale.Short, new Runner(seed: 1));
        Assert.True(chapter.Checks.Count > 0 || chapter.Plots.Count > 0);
        Assert.All(chapter.Checks, check => Assert.True(check.Holds, check.ToString()));
    }

    [Fact]
    public void Runner_OtherNumberOfThreads_GivesTheSameFigures()
    {
        double[] Draw(int threads) => new Runner(7, threads).Run("threads", 50, random => random.Uniform() + random.Normal());
        Assert.Equal(Draw(1), Draw(4));
    }

    [Theory]
    [InlineData(0.03, 40)]
    [InlineData(0.5, 1)]
    [InlineData(0.93, 500)]
    public void Binomial_ManyDraws_HasTheMeanAndVarianceOfItsLaw(double probability, int trials)
    {
        const int Draws = 40_000;
        var law = new Binomial(probability, trials);
        var random = new Generator(3, "binomial", trials);
        var counts = Enumerable.Range(0, Draws).Select(_ => (double)law.Draw(random, trials)).ToArray();
        var variance = trials * probability * (1 - probability);
        Assert.InRange(counts.Average() - (trials * probability), -4 * Math.Sqrt(variance / Draws), 4 * Math.Sqrt(variance / Draws));
        var seen = counts.Sum(c => (c - (trials * probability)) * (c - (trials * probability))) / Draws;
        Assert.InRange(seen / variance, 0.95, 1.05);
        Assert.All(counts, c => Assert.InRange(c, 0, trials));
    }

    [Theory]
    [InlineData(1, 1.960)]
    [InlineData(2, 1.977)]
    [InlineData(4, 2.024)]
    [InlineData(5, 2.040)]
    [InlineData(10, 2.087)]
    public void OBrienFleming_Line_IsThePublishedOne(int analyses, double published) =>
        Assert.Equal(published, new OBrienFleming(analyses, "").Line, 0.0006);
}
