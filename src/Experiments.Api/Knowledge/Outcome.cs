using Experiments.Api.Catalog;
using Experiments.Stats.Bayesian;

namespace Experiments.Api.Knowledge;

/// <summary>What a finished test says of the hypothesis that it tested.</summary>
/// <param name="Variant">The treatment that the hypothesis is held against: the one promoted, or the best one.</param>
/// <param name="Kpi">The KPI that was to move, or the primary one where the test did not measure it.</param>
/// <param name="State"><c>held</c>, <c>refuted</c> or <c>open</c>.</param>
/// <param name="Users">Mature users of the pair.</param>
/// <param name="RelativeLift">As observed: of a winner, more than it will bring.</param>
/// <param name="Effect">The same on the scale of the log lift, with its variance; null where it cannot be told.</param>
internal sealed record Outcome(
    Experiment Experiment, Hypothesis Hypothesis, string Variant, string Kpi, string State, double Users, double? RelativeLift,
    PastEffect? Effect)
{
    /// <summary>Evidence shows the KPI to move as the author said.</summary>
    public const string Held = "held";

    /// <summary>Evidence shows it to move the other way, not enough to matter, or the planned users did not suffice to show it.</summary>
    public const string Refuted = "refuted";

    /// <summary>The test was ended before it could tell.</summary>
    public const string Open = "open";

    /// <summary>The lift predicted, with the sign of its direction.</summary>
    public double PredictedLift =>
        Hypothesis.Expect.Direction == "decrease" ? -Math.Abs(Hypothesis.Expect.Lift) : Math.Abs(Hypothesis.Expect.Lift);

    public DateTimeOffset At => Experiment.StoppedAt ?? Experiment.CreatedAt;

    /// <summary>1 when the hypothesis held, 0 when it was refuted, null while open: what a confidence is scored against.</summary>
    public double? Truth => State switch { Held => 1, Refuted => 0, _ => null };
}
