namespace Experiments.Stats.Bandits;

/// <summary>Memory of the harm detector between cycles; plain, so that it can be stored as JSON.</summary>
/// <param name="LogSums">M_j by effect of the grid; empty before the first cycle, where every M_j is minus infinity.</param>
/// <param name="Cycles">Whole cycles counted.</param>
public sealed record HoldbackState(IReadOnlyList<double> LogSums, int Cycles)
{
    /// <summary>State at the promotion.</summary>
    public static HoldbackState Initial { get; } = new([], 0);
}
