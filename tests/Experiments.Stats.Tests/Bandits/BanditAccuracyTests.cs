using System.Globalization;
using System.Text.Json;
using Experiments.Stats.Bandits;
using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Tests.Bandits;

/// <summary>Worst error against 50-digit references (bandit_accuracy.py); the bounds are those of the doc comments.</summary>
public sealed class BanditAccuracyTests(ITestOutputHelper output)
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "bandit_accuracy.json"))).RootElement;

    [Fact]
    public void SplitProcess_LogEvidence_AgainstFiftyDigits() => Hold("split", 1e-12, c => Strata(c) is var s ?
    [
        Log(c.Number("better"), SplitProcess.LogBetter(s, true)), Log(c.Number("harm"), SplitProcess.LogHarm(s, true)),
        Log(c.Number("nonInferior"), SplitProcess.LogNonInferior(s, c.Number("margin"), true)),
    ] : []);

    [Fact]
    public void SplitProcess_RatioAndInterval_AgainstFiftyDigits() => Hold("split", 1e-13, c =>
    {
        var (strata, at) = (Strata(c), c.Number("logRatio"));
        var interval = SplitProcess.LogRatioInterval(strata, c.Number("alpha"));
        return [Math.Abs(at - SplitProcess.LogRatio(strata)!.Value), End(c, "lower", interval.Lower), End(c, "upper", interval.Upper)];
    });

    [Fact]
    public void ScoreProcess_AgainstFiftyDigits() => Hold("score", 1e-13, c =>
    {
        ScoreStratum[] rows = [.. c.Table("rows").Select(r => new ScoreStratum((int)r[0], r[1], Cell(r[2..5]), Cell(r[5..8])))];
        var scale = ScoreScale.Of(rows);
        var (reading, unit) = (ScoreProcess.Read(rows, scale), c.Number("unit"));
        var interval = reading.EffectInterval(0.05);
        var width = c.Number("upper") - c.Number("lower");
        return
        [
            Relative(c.Numbers("scale")[0], scale!.Value.Mean), Relative(c.Numbers("scale")[1], scale.Value.Variance),
            Math.Abs(c.Number("score") - reading.Score) / (unit + Math.Abs(c.Number("score"))), Relative(c.Number("variance"), reading.Variance),
            Relative(c.Number("exposure"), reading.Exposure), Log(c.Number("up"), reading.LogEvidence(Direction.Up)),
            Log(c.Number("down"), reading.LogEvidence(Direction.Down)), Log(c.Number("shifted"), reading.LogEvidence(Direction.Up, c.Number("null"))),
            Math.Abs(c.Number("lower") - interval.Lower!.Value) / (width + Math.Abs(c.Number("lower"))),
            Math.Abs(c.Number("upper") - interval.Upper!.Value) / (width + Math.Abs(c.Number("upper"))),
        ];
    });

    [Fact]
    public void HoldbackDetector_AgainstFiftyDigits() => Hold("holdback", 1e-12, c =>
    {
        var (state, errors) = (HoldbackState.Initial, new List<double>());
        foreach (var (row, log) in c.Table("cycles").Zip(c.Numbers("logs")))
        {
            var (next, statistic, _) = HoldbackDetector.Close(new HoldbackPlan(), state, [new SplitStratum(row[0], row[1], row[2])]);
            errors.Add(Log(log, statistic));
            state = next;
        }

        return errors;
    });

    [Fact]
    public void SegmentModel_AgainstFiftyDigits() => Hold("segments", 1e-9, c =>
    {
        var model = SegmentModel.Compute(c.Table("trials"), c.Table("conversions"));
        return
        [
            .. c.Numbers("base").Zip(model.Base, Relative), .. c.Numbers("effect").Zip(model.Effect, Relative),
            .. c.Numbers("weights").Zip(model.Weights, (e, a) => Math.Abs(e - a)),
        ];
    });

    [Fact]
    public void EvidenceStrength_AgainstFiftyDigits() => Hold("strength", 1e-14, c =>
    {
        var aged = new EvidenceStrength(c.Number("score"), c.Number("information")).Age(c.Number("days"), c.Number("halfLife"));
        return
        [
            Relative(c.Numbers("aged")[0], aged.Score), Relative(c.Numbers("aged")[1], aged.Information), Relative(c.Number("mean"), aged.LogRatio.Mean),
            Relative(c.Number("sd"), aged.LogRatio.StandardDeviation), Math.Abs(c.Number("better") - aged.ProbabilityBetter()),
        ];
    });

    [Fact]
    public void RelativeLoss_AgainstFiftyDigits() => Hold("loss", 1e-13, c =>
    {
        var laws = c.Table("laws");
        var posteriors = new ArmPosteriors([.. laws.Select(l => new BetaPosterior(l[0], l[1]))], [], 1);
        return [Math.Abs(c.Number("loss") - posteriors.RelativeLoss(1, [true, true])) / Math.Max(1e-3, c.Number("loss"))];
    });

    [Fact]
    public void PosteriorUpdate_OfMeans_AgainstFiftyDigits() => Hold("mean_posteriors", 1e-14, c =>
    {
        var settings = new BanditSettings { PriorLogSd = c.Number("prior") };
        var laws = PosteriorUpdate.Compute(KpiKind.Mean, true, settings, [Rows.Of(0, 0, c.Table("rows").Select(Cell))], 0)!.Normal;
        return c.Table("laws").Zip(laws).SelectMany(
            p => new[] { Relative(p.First[0], p.Second.Mean), Relative(p.First[1], p.Second.StandardDeviation) });
    });

    private void Hold(string kind, double bound, Func<JsonElement, IEnumerable<double>> errors)
    {
        var all = Root.GetProperty(kind).EnumerateArray().SelectMany(errors).ToArray();
        Assert.NotEmpty(all);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: worst {all.Max():E1} of {all.Length}, bound {bound:E0}"));
        Assert.True(all.Max() <= bound, $"{kind}: worst error {all.Max():E3}, bound {bound:E0}");
    }

    private static double Relative(double expected, double actual) => expected == actual ? 0 : Math.Abs((expected - actual) / expected);

    private static double Log(double expected, double actual) => Math.Abs(expected - actual) / Math.Max(1, Math.Abs(expected));

    private static double End(JsonElement c, string name, double? actual) => c.GetProperty(name) is { ValueKind: JsonValueKind.Number } end
        ? Math.Abs(end.GetDouble() - actual!.Value)
        : actual is null ? 0 : double.PositiveInfinity;

    private static SplitStratum[] Strata(JsonElement c) => [.. c.Table("strata").Select(s => new SplitStratum(s[0], s[1], s[2]))];

    private static ArmCell Cell(double[] r) => new(r[0], r[0], r[1], r[2]);
}
