namespace Experiments.Stats.Bandits;

/// <summary>One user of the log of a randomised policy.</summary>
/// <param name="LoggedPropensity">Probability with which the log's policy drew his arm, in (0, 1].</param>
/// <param name="TargetProbability">Probability with which the candidate policy would draw that arm for him, in [0, 1].</param>
/// <param name="Reward">What he did, units of the KPI.</param>
/// <param name="ModelOfLoggedArm">Prediction for the arm that he got, fixed before his outcome; 0 without a model.</param>
/// <param name="ModelOfTarget">Prediction for the candidate policy (its arms' predictions, weighted); 0 without a model.</param>
public readonly record struct OffPolicyRow(
    double LoggedPropensity, double TargetProbability, double Reward, double ModelOfLoggedArm, double ModelOfTarget)
{
    internal void Validate(string argument)
    {
        if (!(LoggedPropensity is > 0 and <= 1))
        {
            throw Require.Refused(argument, LoggedPropensity, "must have a logged propensity in (0, 1]");
        }

        Require.Probability(TargetProbability, argument);
        Require.Finite(Reward, argument);
        Require.Finite(ModelOfLoggedArm, argument);
        Require.Finite(ModelOfTarget, argument);
    }
}
