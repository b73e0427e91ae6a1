namespace Experiments.Stats.Bandits;

/// <summary>What one step of a bandit reads.</summary>
/// <param name="Kind">How the KPI's values are modelled.</param>
/// <param name="Buckets">Table in force by arm, the control first.</param>
/// <param name="Rows">Epoch table with the users known so far, pending ones by their fraction; in any order.</param>
public sealed record BanditInput(KpiKind Kind, IReadOnlyList<int> Buckets, IReadOnlyList<EpochRow> Rows)
{
    /// <summary>False for a KPI that should fall.</summary>
    public bool IncreaseIsGood { get; init; } = true;

    /// <summary>Which arms may be served: not paused, removed or stopped by a guardrail. Null: all.</summary>
    public IReadOnlyList<bool>? Active { get; init; }

    /// <summary>Which arms came after the start: until they have their users they hold the floor and stop nobody. Null: none.</summary>
    public IReadOnlyList<bool>? AddedLater { get; init; }

    /// <summary>False while health is not ok.</summary>
    public bool IsHealthy { get; init; } = true;

    /// <summary>Time of the step in days on the rows' scale; read with a half-life only.</summary>
    public double NowDays { get; init; }

    /// <summary>Costs and budget; null: none.</summary>
    public BanditCosts? Costs { get; init; }
}
