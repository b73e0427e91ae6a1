using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

public sealed class TerminalLookTests
{
    public static TheoryData<int> Cases => Vectors.Indices("terminal_look");

    [Theory, MemberData(nameof(Cases))]
    public void TerminalLatch_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("terminal_look", index);
        var (q, doob) = (v.Number("q"), v.Number("doob_previous"));
        Vectors.Near(v.Number("z"), EvidenceMixture.TerminalQuantile(q, doob));
        Assert.Equal(
            v.GetProperty("cross").GetBoolean(), EvidenceMixture.TerminalLatch(q, doob, v.Number("dx"), v.Number("dt")));
    }
}
