using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests.Assignment;

public sealed class SnapshotEvaluatorTests
{
    private const int Users = 100_000;

    [Fact]
    public void Evaluate_SharedLayer_NobodyIsInTwoExperiments()
    {
        var evaluator = SnapshotEvaluator.Compile(Make.Snapshot(
            Make.Experiment("a", "p", layer: "checkout", slots: [[0, 3000]]),
            Make.Experiment("b", "q", layer: "checkout", slots: [[3000, 8000]]),
            Make.Experiment("c", "p", layer: "checkout", slots: [[8000, 10_000]])));
        var counts = new Dictionary<string, int>();
        for (var user = 0; user < Users; user++)
        {
            var entered = new[] { evaluator.Evaluate("p", $"user-{user}", null), evaluator.Evaluate("q", $"user-{user}", null) }
                .Where(e => e.Experiment is not null).Select(e => e.Experiment!).ToList();
            counts[Assert.Single(entered)] = counts.GetValueOrDefault(entered[0]) + 1;
        }

        Assert.InRange(counts["a"] / (double)Users, 0.295, 0.305);
        Assert.InRange(counts["b"] / (double)Users, 0.495, 0.505);
    }

    [Fact]
    public void Evaluate_CoverageGrows_WhoTookPartKeepsHisVariant()
    {
        var small = LayerSlots.Take([], 2000)!;
        var before = SnapshotEvaluator.Compile(Make.Snapshot(Make.Experiment("a", "p", slots: small)));
        var after = SnapshotEvaluator.Compile(Make.Snapshot(Make.Experiment("a", "p", slots: LayerSlots.Grow(small, [], 5000)!)));
        for (var user = 0; user < Users / 10; user++)
        {
            var first = before.Evaluate("p", $"user-{user}", null);
            if (first.Arm is not null) Assert.Equal(first.Variant, after.Evaluate("p", $"user-{user}", null).Variant);
        }
    }

    [Fact]
    public void Evaluate_NoExperimentForTheUser_BestPracticeThenNobody()
    {
        var france = new AudienceCondition { Attribute = "country", EqualTo = Make.Json("\"FR\"") };
        var evaluator = SnapshotEvaluator.Compile(new Snapshot
        {
            Version = 1,
            Experiments = [Make.Experiment("a", "p") with { Audience = new() { Attribute = "orders", AtLeast = 10 } }],
            BestPractices = [Make.Practice("french", "p", "\"bleu\"") with { Audience = france }],
        });

        Assert.Equal(AssignmentReason.Split, evaluator.Evaluate("p", "u", new() { ["orders"] = 10, ["country"] = "FR" }).Reason);
        Assert.Equal("french", evaluator.Evaluate("p", "u", new() { ["country"] = "FR" }).BestPractice);
        Assert.Equal(AssignmentReason.NoMatch, evaluator.Evaluate("p", "u", null).Reason);
        Assert.Equal(AssignmentReason.UnknownParameter, evaluator.Evaluate("q", "u", null).Reason);
        Assert.Equal(AssignmentReason.InvalidParameter, evaluator.Evaluate("", "u", null).Reason);
        Assert.Equal(AssignmentReason.InvalidUser, evaluator.Evaluate("p", "a\nb", null).Reason);
        Assert.Equal(AssignmentReason.NotReady, SnapshotEvaluator.NotReady.Evaluate("p", "u", null).Reason);
    }

    [Theory]
    [InlineData("""{"key":"bad","table":[[5,0]]}""")]
    [InlineData("""{"key":"bad","table":[[0,2]]}""")]
    [InlineData("""{"key":"bad","table":null}""")]
    [InlineData("""{"key":"bad","slots":[]}""")]
    [InlineData("""{"key":"bad","slots":[[0,10001]]}""")]
    [InlineData("""{"key":"bad","slots":[[5,3]]}""")]
    [InlineData("""{"key":"bad","slots":[[0]]}""")]
    [InlineData("""{"key":"bad","salt":null}""")]
    [InlineData("""{"key":"bad","variants":[null]}""")]
    [InlineData("""{"key":"bad","audience":{"attribute":"country","soundsLike":"France"}}""")]
    public void Compile_MalformedExperiment_IsLeftOutAlone(string change)
    {
        var good = JsonSerializer.SerializeToNode(Make.Experiment("bad", "p"), JsonSerializerOptions.Web)!.AsObject();
        foreach (var member in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(change)!)
        {
            good[member.Key] = JsonSerializer.SerializeToNode(member.Value);
        }

        var bad = good.Deserialize<SnapshotExperiment>(JsonSerializerOptions.Web)!;
        var evaluator = SnapshotEvaluator.Compile(Make.Snapshot(bad, Make.Experiment("good", "q")));

        Assert.StartsWith("bad: ", Assert.Single(evaluator.Skipped), StringComparison.Ordinal);
        Assert.Null(evaluator.Evaluate("p", "u", null).Arm);
        Assert.Equal("good", evaluator.Evaluate("q", "u", null).Experiment);
    }

    [Fact]
    public void Evaluate_Anything_AllocatesNothing()
    {
        var evaluator = SnapshotEvaluator.Compile(Make.Snapshot(
            Make.Experiment("a", "p", slots: [[0, 5000]]) with { Audience = new() { Attribute = "country", In = [Make.Json("\"FR\"")] } }));
        var context = new ExperimentContext { ["country"] = "FR" };
        string[] users = ["user-1", "Ελένη", "a\nb", new string('é', 512)];
        Run();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run()
        {
            for (var round = 0; round < 1000; round++)
            {
                foreach (var user in users) evaluator.Evaluate("p", user, context);
            }
        }
    }
}
