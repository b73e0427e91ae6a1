namespace Experiments.Stats.Bandits;

/// <summary>Value of a policy that was never served, from the log of one that was: rows in, one at a time, a reading out.</summary>
/// <remarks>
/// <para>Formula: w = target/logged; IPS mean(w y), SNIPS sum(w y)/sum(w) with se sqrt(sum (w (y - snips))^2)/sum(w), DR mean(v + w (y - q));
/// se of IPS and DR sd/sqrt(n); ESS = (sum w)^2/sum w^2. Known from ESS x (share of users with a reward) &gt;= 30 on, while mean(w) is within
/// three of its standard errors of 1.</para>
/// <para>Reference: Horvitz, Thompson 1952; Swaminathan, Joachims 2015 (SNIPS); Dudik, Langford, Li 2011 (DR); Waudby-Smith et al. 2022.</para>
/// <para>Assumes: propensities as logged when the arm was drawn; rewards of mature users; models fixed before the outcomes. Logs with a floor f
/// never have w above 1/f.</para>
/// <para>Accuracy: 1e-14 relative against bandit_vectors.json (ope).</para>
/// </remarks>
public sealed class OffPolicyLog
{
    private const double LeastConversions = 30;
    private const double MostErrors = 3;

    private MeanMoments _weights;
    private MeanMoments _weighted;
    private MeanMoments _robust;
    private MeanMoments _rewards;
    private double _squares;
    private double _squaresReward;
    private double _squaresRewardSquared;
    private double _nonZero;

    /// <summary>Adds a user.</summary>
    /// <param name="row">His row.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is NaN or outside its range.</exception>
    public void Add(in OffPolicyRow row)
    {
        row.Validate(nameof(row));
        var (w, y) = (row.TargetProbability / row.LoggedPropensity, row.Reward);
        _weights += new MeanMoments(1, w, 0);
        _weighted += new MeanMoments(1, w * y, 0);
        _robust += new MeanMoments(1, row.ModelOfTarget + (w * (y - row.ModelOfLoggedArm)), 0);
        _rewards += new MeanMoments(1, y, 0);
        _squares += w * w;
        _squaresReward += w * w * y;
        _squaresRewardSquared += w * w * y * y;
        _nonZero += y != 0 ? 1 : 0;
    }

    /// <summary>Adds users of one propensity and one target probability at once, without a model; the same as each of them alone.</summary>
    /// <param name="loggedPropensity">Probability with which the log's policy drew their arm, in (0, 1].</param>
    /// <param name="targetProbability">Probability with which the candidate policy would draw it, in [0, 1].</param>
    /// <param name="rewards">What they did, units of the KPI.</param>
    /// <param name="nonZeroUsers">Users whose reward is not 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is NaN or outside its range.</exception>
    public void AddGroup(double loggedPropensity, double targetProbability, MeanMoments rewards, double nonZeroUsers)
    {
        new OffPolicyRow(loggedPropensity, targetProbability, rewards.Mean, 0, 0).Validate(nameof(rewards));
        rewards.Validate(nameof(rewards));
        Require.NonNegative(nonZeroUsers);
        var w = targetProbability / loggedPropensity;
        var weighted = new MeanMoments(rewards.Users, w * rewards.Mean, w * w * rewards.SumOfSquaredDeviations);
        _weights += new MeanMoments(rewards.Users, w, 0);
        _weighted += weighted;
        _robust += weighted;
        _rewards += rewards;
        _squares += w * w * rewards.Users;
        _squaresReward += w * w * rewards.Sum;
        _squaresRewardSquared += w * w * (rewards.SumOfSquaredDeviations + (rewards.Sum * rewards.Mean));
        _nonZero += nonZeroUsers;
    }

    /// <summary>The reading of all rows so far.</summary>
    public OffPolicyReading Read()
    {
        if (_weights.Users < 1)
        {
            return default;
        }

        var effective = _squares > 0 ? _weights.Sum * _weights.Sum / _squares : 0;
        var rate = _nonZero / _weights.Users;
        var near = Math.Abs(_weights.Mean - 1) <= (MostErrors * Math.Sqrt(_weights.VarianceOfMean)) + 1e-12;
        return new OffPolicyReading(
            _weights.Users, Estimate.Of(_weighted), SelfNormalised(), Estimate.Of(_robust), Estimate.Of(_rewards), effective,
            near && effective * rate >= LeastConversions);
    }

    private Estimate SelfNormalised()
    {
        if (!(_weights.Sum > 0))
        {
            return default;
        }

        var value = _weighted.Sum / _weights.Sum;
        var squares = _squaresRewardSquared - (2 * value * _squaresReward) + (value * value * _squares);
        return new Estimate(value, Math.Sqrt(Math.Max(0, squares)) / _weights.Sum);
    }
}
