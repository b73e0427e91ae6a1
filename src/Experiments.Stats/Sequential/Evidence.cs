namespace Experiments.Stats.Sequential;

/// <summary>Evidence of one look against one null: a nonnegative supermartingale that starts at 1.</summary>
/// <param name="X">Score in standard deviations at the horizon; its sign is the direction.</param>
/// <param name="T">Information collected as a share of the horizon's: 1 at the horizon.</param>
/// <param name="LogBayesFactorUp">ln of the Bayes factor of a rise.</param>
/// <param name="LogBayesFactorDown">ln of the Bayes factor of a fall.</param>
/// <param name="DoobUp">D of a rise: chance to reach the line before the horizon over that chance at the start.</param>
/// <param name="DoobDown">D of a fall.</param>
/// <param name="LogEvidence">ln E of the plan's two-sided mixture; decides at ln(1/alpha).</param>
/// <param name="LogEvidenceUp">ln E of a rise alone; valid alone at the plan's alpha.</param>
/// <param name="LogEvidenceDown">ln E of a fall alone; valid alone at the plan's alpha.</param>
/// <param name="HorizonInformation">VH: information the horizon promises.</param>
public readonly record struct Evidence(
    double X,
    double T,
    double LogBayesFactorUp,
    double LogBayesFactorDown,
    double DoobUp,
    double DoobDown,
    double LogEvidence,
    double LogEvidenceUp,
    double LogEvidenceDown,
    double HorizonInformation)
{
    /// <summary>No evidence either way: what a test says before it can start.</summary>
    public static Evidence None => default(Evidence) with { DoobUp = 1, DoobDown = 1 };

    /// <summary>+1 when the data point up, -1 when they point down, 0 when neither.</summary>
    public int Direction => Math.Sign(X);
}
