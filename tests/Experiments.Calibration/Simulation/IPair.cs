using Experiments.Calibration.Methods;

namespace Experiments.Calibration.Simulation;

/// <summary>A treatment and a control as users arrive.</summary>
internal interface IPair
{
    /// <summary>The usual z statistic of all data so far; 0 while it does not exist.</summary>
    double Z { get; }

    /// <summary>Assigns and observes a batch of users.</summary>
    void Add(int users);

    /// <summary>Shows the data to the shipped test.</summary>
    void ShowTo(ShippedTest test);
}
