using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

public sealed class MeanEvidenceTests
{
    public static TheoryData<int> Cases => Vectors.Indices("mean_evidence");

    [Theory, MemberData(nameof(Cases))]
    public void Evaluate_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("mean_evidence", index);
        var t = MeanMoments.FromSums(v.Number("n_treatment"), v.Number("sum_treatment"), v.Number("sum_squares_treatment"));
        var c = MeanMoments.FromSums(v.Number("n_control"), v.Number("sum_control"), v.Number("sum_squares_control"));
        var plan = new SequentialPlan(v.Number("alpha"), v.Number("up"), 1000);
        var e = MeanEvidence.Evaluate(
            plan, v.Number("horizon_information"), [new MeanEpoch(0.5, t, c, 1000)], NullHypothesis.NoEffect);
        Vectors.NearRelative(v.Number("difference"), t.Mean - c.Mean, what: "difference");
        Vectors.NearRelative(v.Number("welch_variance"), MeanEvidence.WelchVariance(t, c), what: "welch");
        Vectors.NearRelative(v.Number("pooled_variance"), MeanEvidence.PooledVariance(t, c), what: "pooled");
        Vectors.Near(v.Number("x"), e.X, what: "x");
        Vectors.Near(v.Number("t"), e.T, what: "t");
        Vectors.Near(v.Number("log_evidence"), e.LogEvidence, what: "log_evidence");
        if (v.TryGetProperty("log_bf_up", out _))
        {
            Vectors.Near(v.Number("log_bf_up"), e.LogBayesFactorUp, what: "log_bf_up");
            Vectors.Near(v.Number("log_bf_down"), e.LogBayesFactorDown, what: "log_bf_down");
            Vectors.Near(v.Number("doob_up"), e.DoobUp, what: "doob_up");
            Vectors.Near(v.Number("doob_down"), e.DoobDown, what: "doob_down");
            Vectors.Near(v.Number("log_evidence_up"), e.LogEvidenceUp, what: "log_evidence_up");
            Vectors.Near(v.Number("log_evidence_down"), e.LogEvidenceDown, what: "log_evidence_down");
        }
    }
}
