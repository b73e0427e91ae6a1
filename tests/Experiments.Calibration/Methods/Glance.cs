namespace Experiments.Calibration.Methods;

/// <summary>What a competing method sees at one look.</summary>
/// <param name="Look">Number of the look, from 1.</param>
/// <param name="Looks">Looks until the planned horizon.</param>
/// <param name="Z">The usual z statistic of all data so far.</param>
/// <param name="Effect">True effect in standard deviations at the horizon: only Wald's test may use it.</param>
internal readonly record struct Glance(int Look, int Looks, double Z, double Effect)
{
    /// <summary>Users so far as a share of the planned ones: the time of the Brownian limit.</summary>
    internal double Time => (double)Look / Looks;

    /// <summary>Score in standard deviations at the horizon: Brownian with drift <see cref="Effect"/>.</summary>
    internal double Score => Z * Math.Sqrt(Time);
}

/// <summary>A method to compare with.</summary>
internal interface ICompetitor
{
    /// <summary>Name in tables and plots.</summary>
    string Name { get; }

    /// <summary>Whether the method rejects "no effect" at this look.</summary>
    bool Rejects(in Glance glance);
}
