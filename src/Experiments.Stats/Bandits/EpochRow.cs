namespace Experiments.Stats.Bandits;

/// <summary>One row of a bandit's epoch table: the users that were first exposed on one UTC day under one table of buckets.</summary>
/// <remarks>Rows of the same buckets and day may be added; rows of different buckets never. A quarantined user is in no row.</remarks>
/// <param name="Epoch">Number of the table that chose the arm, growing with time.</param>
/// <param name="StartDays">Start of the row in days since the UTC midnight before the experiment started: day 0 is its partial first day.</param>
/// <param name="EndDays">End of the row, same scale, not before the start.</param>
/// <param name="Buckets">Buckets by arm, arm 0 being the control; propensities are exact shares of their sum.</param>
/// <param name="Arms">Users and values by arm, in the same order.</param>
public sealed record EpochRow(
    int Epoch, double StartDays, double EndDays, IReadOnlyList<int> Buckets, IReadOnlyList<ArmCell> Arms)
{
    /// <summary>UTC day of first exposure, counted from the day of the start.</summary>
    public int Day => (int)Math.Floor(StartDays);

    /// <summary>Share of an arm in the pair of that arm and the control: pi = B_a/(B_a + B_0); 0 when neither has a bucket.</summary>
    /// <param name="arm">Number of the arm, above 0.</param>
    public double ShareOf(int arm) => Buckets[arm] == 0 ? 0 : Buckets[arm] / (double)(Buckets[arm] + Buckets[0]);

    internal static void Validate(IReadOnlyList<EpochRow> rows, int arms, string argument)
    {
        foreach (var row in rows)
        {
            Require.Finite(row.StartDays, argument);
            Require.Finite(row.EndDays, argument);
            if (row.EndDays < row.StartDays)
            {
                throw Require.Refused(argument, row.EndDays, $"must not end before its start at {row.StartDays}");
            }

            Require.SameLength(row.Arms.Count, arms, argument);
            Require.SameLength(row.Buckets.Count, arms, argument);
            for (var k = 0; k < arms; k++)
            {
                row.Arms[k].Validate(argument);
                Require.NonNegative(row.Buckets[k], argument);
            }
        }
    }
}
