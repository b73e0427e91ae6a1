namespace Experiments.Calibration.Report;

/// <summary>A measured figure with its standard error and the range it has to stay in.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="Low">Least value that passes.</param>
/// <param name="High">Largest value that passes.</param>
internal readonly record struct Check(string Name, double Value, double StandardError, double Low, double High)
{
    internal bool Holds => Value >= Low && Value <= High;

    public override string ToString() => Text.Of($"{Name}: {Value:F4} +- {StandardError:F4}, allowed {Low:F4} to {High:F4}");
}
