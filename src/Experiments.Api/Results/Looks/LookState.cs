using System.Text.Json;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>What the decider's looks at an experiment have left: written by the decider only, read by everyone.</summary>
internal sealed record LookState
{
    public static readonly LookState Initial = new();

    public int Looks { get; init; }

    public DateTimeOffset? LastLookAt { get; init; }

    /// <summary>Version of the moments at the last look.</summary>
    public string? LastVersion { get; init; }

    /// <summary>Number of whole cycles closed so far.</summary>
    public long ClosedCycles { get; init; }

    /// <summary>State of each sequential test, by <see cref="TestKey"/>.</summary>
    public IReadOnlyDictionary<string, PairState> Pairs { get; init; } = new Dictionary<string, PairState>();

    /// <summary>What the looks have found, if anything; set at a closing look, and a winner only once.</summary>
    public Finding? Finding { get; init; }

    /// <summary>When the sample ratio alarm first rang: it holds for ever, since evidence that falls later mends no data.</summary>
    public DateTimeOffset? SampleRatioAlarmAt { get; init; }

    /// <summary>Treatments shown to do harm, on the primary KPI or on a guardrail, at any look: their exposure is stopped at once.</summary>
    public IReadOnlyList<Finding> Harm { get; init; } = [];

    /// <summary>The last step of a bandit: what it wanted, to be carried out once.</summary>
    public AllocationStep? Allocation { get; init; }

    /// <summary>Figures over time, thinned as they grow; for plots.</summary>
    public IReadOnlyList<HistoryPoint> History { get; init; } = [];

    public PairState Pair(string key) => Pairs.GetValueOrDefault(key) ?? PairState.Initial;
}

/// <summary>State of one sequential test: one KPI, one treatment, one null.</summary>
internal sealed record PairState
{
    public static readonly PairState Initial = new();

    public TestState Test { get; init; } = TestState.Initial;

    /// <summary>N: planned mature users of the pair, frozen at the first look that could size it.</summary>
    public double? HorizonUsers { get; init; }

    /// <summary>Largest log evidence so far after closed averaging over the treatments.</summary>
    public double MaxLogEvidenceAdjusted { get; init; }

    public RunningInterval Difference { get; init; }

    public RunningInterval RelativeLift { get; init; }
}

/// <summary>Names of the sequential tests in a <see cref="LookState"/>.</summary>
internal static class TestKey
{
    public static string NoEffect(string kpi, string treatment) => $"{kpi}|{treatment}";

    public static string Harmless(string kpi, string treatment) => $"{kpi}|{treatment}|harmless";

    public static string Harmful(string kpi, string treatment) => $"{kpi}|{treatment}|harmful";

    public static string Safety(string kpi, string treatment) => $"{kpi}|{treatment}|safety";
}

/// <summary>What a closing look found.</summary>
/// <param name="Kind"><c>winner</c>, <c>loser</c>, <c>equivalent</c>, <c>futile</c>, <c>harm</c> or <c>guardrail-harm</c>.</param>
/// <param name="Variant">The variant found.</param>
/// <param name="At">When.</param>
/// <param name="Cycle">The whole cycle that closed; 0 where every look is closing.</param>
/// <param name="Evidence">The figures that it was found on.</param>
internal sealed record Finding(string Kind, string Variant, DateTimeOffset At, long Cycle, JsonElement Evidence)
{
    public const string Winner = "winner";
    public const string Loser = "loser";
    public const string Equivalent = "equivalent";
    public const string Futile = "futile";

    /// <summary>Of a bandit: no arm can be worth a change.</summary>
    public const string NoWinner = "noWinner";
    public const string Harm = "harm";
    public const string GuardrailHarm = "guardrail-harm";
}

/// <summary>The primary KPI's figures at one look, by treatment.</summary>
internal sealed record HistoryPoint(DateTimeOffset At, bool Closing, IReadOnlyList<HistoryFigure> Figures);

/// <param name="Variant">The treatment.</param>
/// <param name="Users">Mature users of the pair.</param>
/// <param name="LogEvidence">Log evidence after closed averaging.</param>
/// <param name="RelativeLift">Observed lift, a fraction.</param>
/// <param name="Difference">Observed difference.</param>
/// <param name="Lower">Lower end of the running confidence sequence on the difference.</param>
/// <param name="Upper">Upper end.</param>
internal sealed record HistoryFigure(
    string Variant, double Users, double LogEvidence, double? RelativeLift, double? Difference, double? Lower, double? Upper);
