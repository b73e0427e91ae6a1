namespace Experiments.Stats.Bandits;

/// <summary>What showing an arm to a user costs, and how much may be spent.</summary>
/// <param name="PerUser">Money per user and arm, zero or more; the control's is usually 0.</param>
/// <param name="DailyBudgetPerUser">Money that one user may cost on average over all arms; null: no limit.</param>
/// <param name="ValuePerUnit">Money per unit of the KPI (per conversion; 1 for a KPI in money). Then an arm's worth is its margin after its
/// cost; null: the KPI is already a margin, and the costs only count for the budget.</param>
public sealed record BanditCosts(IReadOnlyList<double> PerUser, double? DailyBudgetPerUser, double? ValuePerUnit)
{
    internal void Validate(int arms)
    {
        Require.SameLength(PerUser.Count, arms, nameof(PerUser));
        foreach (var cost in PerUser)
        {
            Require.NonNegative(cost, nameof(PerUser));
        }

        if (DailyBudgetPerUser is { } budget)
        {
            Require.NonNegative(budget, nameof(DailyBudgetPerUser));
        }

        if (ValuePerUnit is { } value)
        {
            Require.Positive(value, nameof(ValuePerUnit));
        }
    }

    /// <summary>Mixes in the cheapest active arm until the average user costs no more than the budget.</summary>
    internal void Hold(Span<double> weights, ReadOnlySpan<bool> active)
    {
        var (spend, cheapest) = (0.0, -1);
        for (var k = 0; k < weights.Length; k++)
        {
            spend += weights[k] * PerUser[k];
            cheapest = active[k] && (cheapest < 0 || PerUser[k] < PerUser[cheapest]) ? k : cheapest;
        }

        // Where every arm costs the same, no mix is cheaper than another.
        if (!(spend > DailyBudgetPerUser) || !(spend > PerUser[cheapest]))
        {
            return;
        }

        var mixed = Math.Min(1, (spend - DailyBudgetPerUser.Value) / (spend - PerUser[cheapest]));
        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] = ((1 - mixed) * weights[k]) + (k == cheapest ? mixed : 0);
        }
    }
}
