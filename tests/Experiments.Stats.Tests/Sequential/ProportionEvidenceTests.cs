using System.Text.Json;
using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

public sealed class ProportionEvidenceTests
{
    public static TheoryData<int> Cases => Vectors.Indices("proportion_evidence");

    internal static ProportionEpoch[] Epochs(JsonElement v) => [.. v.GetProperty("epochs").EnumerateArray().Select(e =>
        new ProportionEpoch(
            e.Number("w"),
            new ProportionCounts(e.Number("n_treatment"), e.Number("successes_treatment")),
            new ProportionCounts(e.Number("n_control"), e.Number("successes_control"))))];

    [Theory, MemberData(nameof(Cases))]
    public void Evaluate_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("proportion_evidence", index);
        var null0 = new NullHypothesis(
            v.GetProperty("null_kind").GetString() == "ratio" ? NullKind.Ratio : NullKind.Difference, v.Number("null"));
        var plan = new SequentialPlan(v.Number("alpha"), v.Number("up"), v.Number("planned_units"));
        var e = ProportionEvidence.Evaluate(plan, v.Number("m"), Epochs(v), null0);
        Vectors.Near(v.Number("x"), e.X, what: "x");
        Vectors.Near(v.Number("t"), e.T, what: "t");
        Vectors.Near(v.Number("log_bf_up"), e.LogBayesFactorUp, what: "log_bf_up");
        Vectors.Near(v.Number("log_bf_down"), e.LogBayesFactorDown, what: "log_bf_down");
        Vectors.Near(v.Number("doob_up"), e.DoobUp, what: "doob_up");
        Vectors.Near(v.Number("doob_down"), e.DoobDown, what: "doob_down");
        Vectors.Near(v.Number("log_evidence"), e.LogEvidence, what: "log_evidence");
        Vectors.Near(v.Number("log_evidence_up"), e.LogEvidenceUp, what: "log_evidence_up");
        Vectors.Near(v.Number("log_evidence_down"), e.LogEvidenceDown, what: "log_evidence_down");
        Vectors.NearRelative(v.Number("horizon_information"), e.HorizonInformation, what: "horizon_information");
    }
}
