namespace Experiments.Stats.Bandits;

/// <summary>What faded evidence asks for.</summary>
public enum RetestAction
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>Escalated holdback: start the re-test, or go on with it.</summary>
    Retest,

    /// <summary>The re-test confirmed the practice: base holdback, review date moved.</summary>
    Renew,

    /// <summary>The re-test ended without an answer: base holdback, review date moved, marked weak.</summary>
    RenewWeak,
}

/// <summary>When a best practice is tested again, and when that re-test ends.</summary>
/// <remarks>
/// <para>Formula: P(better) under 0.80, or the calendar's review date, starts it; it ends from 14 days on at P(better) of 0.95, or at
/// 60 days. A demotion by the detector ends it at any time.</para>
/// <para>Reference: Ibrahim, Chen 2000 (power priors), for the ageing behind P(better).</para>
/// <para>Assumes: P(better) of <see cref="EvidenceStrength"/>, aged to today; a rule of attention, it neither proves nor demotes.</para>
/// <para>Accuracy: exact.</para>
/// </remarks>
public static class RetestRule
{
    /// <summary>P(better) under which a re-test starts.</summary>
    public const double StartBelow = 0.80;

    /// <summary>P(better) at which it confirms the practice.</summary>
    public const double ConfirmAt = 0.95;

    /// <summary>Days that it lasts at least.</summary>
    public const double LeastDays = 14;

    /// <summary>Days after which it ends without an answer.</summary>
    public const double MostDays = 60;

    /// <summary>What to do today.</summary>
    /// <param name="probabilityBetter">P(better) of the aged evidence, in [0, 1].</param>
    /// <param name="daysInRetest">Days since the re-test started; null: none is running.</param>
    /// <param name="isReviewDue">True once the calendar's review date has come.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static RetestAction Judge(double probabilityBetter, double? daysInRetest, bool isReviewDue)
    {
        Require.Probability(probabilityBetter);
        if (daysInRetest is not { } days)
        {
            return probabilityBetter < StartBelow || isReviewDue ? RetestAction.Retest : RetestAction.Keep;
        }

        Require.NonNegative(days, nameof(daysInRetest));
        return days >= LeastDays && probabilityBetter >= ConfirmAt ? RetestAction.Renew
            : days >= MostDays ? RetestAction.RenewWeak
            : RetestAction.Retest;
    }
}
