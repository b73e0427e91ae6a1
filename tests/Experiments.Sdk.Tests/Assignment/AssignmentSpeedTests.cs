using System.Diagnostics;
using Experiments.Benchmarks.Assignment;

namespace Experiments.Sdk.Tests.Assignment;

/// <summary>The goals of assignment beside their limit (<c>-- ratios</c> of the benchmarks), taken in one run, with a tenth of slack.</summary>
public sealed class AssignmentSpeedTests
{
    private const double Slack = 1.1;
#if DEBUG
    private const double Unoptimised = 20; // Beside the limit's optimised libraries: only to see that nothing broke.
#else
    private const double Unoptimised = 1;
#endif

    private const int Operations = 20_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Decisions_BesideTheLimit_CostTwiceAndThriceAsMuchAtMost(int experiments)
    {
        using var cases = new AssignmentCases(experiments);
        Action limit = () => cases.Limit(), evaluate = () => cases.Evaluate(), exposed = () => cases.GetValue();
        var least = Least(least => least[1] <= 2 * Slack * Unoptimised * least[0] && least[2] <= 3 * Slack * Unoptimised * least[0], limit, evaluate, exposed);
        Assert.True(least[1] <= 2 * Slack * Unoptimised * least[0], $"Evaluate costs {least[1] / least[0]:F2} times the limit");
        Assert.True(least[2] <= 3 * Slack * Unoptimised * least[0], $"GetValue with exposure costs {least[2] / least[0]:F2} times the limit");
    }

    [Fact]
    public void Decisions_HundredExperiments_CostLittleMoreThanOne()
    {
        const double Goal = 1.35 * Slack;
        using var one = new AssignmentCases(1);
        using var hundred = new AssignmentCases(100);
        var least = Least(least => least[1] <= Goal * least[0], () => one.Evaluate(), () => hundred.Evaluate());
        Assert.True(least[1] <= Goal * least[0], $"with 100 experiments a decision costs {least[1] / least[0]:F2} times that with one");
    }

    [Fact]
    public void Decisions_InSteadyState_AllocateNothing()
    {
        using var cases = new AssignmentCases(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Operations; i++)
        {
            cases.GetValue();
            cases.GetAssignment();
            cases.Peek();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>Seconds of each, least of alternating rounds: disturbed ones only ever cost more. Ends once the goal is met.</summary>
    private static double[] Least(Func<double[], bool> met, params Action[] calls)
    {
        var least = calls.Select(_ => double.PositiveInfinity).ToArray();
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 20 || (!met(least) && watch.Elapsed < Patience); round++)
        {
            for (var i = 0; i < calls.Length; i++)
            {
                var call = calls[i];
                var start = Stopwatch.GetTimestamp();
                for (var n = 0; n < Operations; n++) call();
                least[i] = Math.Min(least[i], Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return least;
    }
}
