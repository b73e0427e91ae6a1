namespace Experiments.Stats.Sequential;

/// <summary>How the treatment is held against the control.</summary>
public enum NullKind
{
    /// <summary>Treatment = value x control.</summary>
    Ratio,

    /// <summary>Treatment = control + value.</summary>
    Difference,
}

/// <summary>The statement a test collects evidence against.</summary>
/// <param name="Kind">Ratio or difference.</param>
/// <param name="Value">Ratio rho (1 is no effect, above 0), or difference d in units of the metric (0 is no effect).</param>
public readonly record struct NullHypothesis(NullKind Kind, double Value)
{
    /// <summary>Both variants alike: ratio 1.</summary>
    public static NullHypothesis NoEffect => new(NullKind.Ratio, 1);

    /// <summary>Treatment equals a multiple of the control.</summary>
    /// <param name="ratio">Above 0; 0.98 is the edge of a 2 % margin.</param>
    public static NullHypothesis OfRatio(double ratio) => new(NullKind.Ratio, ratio);

    /// <summary>Treatment equals the control plus a difference.</summary>
    /// <param name="difference">Units of the metric.</param>
    public static NullHypothesis OfDifference(double difference) => new(NullKind.Difference, difference);

    internal double Ratio => Kind == NullKind.Ratio ? Value : 1;

    internal double Offset => Kind == NullKind.Ratio ? 0 : Value;

    internal void Validate(string argument)
    {
        if (Kind == NullKind.Ratio)
        {
            Require.Positive(Value, argument);
        }
        else if (Kind == NullKind.Difference)
        {
            Require.Finite(Value, argument);
        }
        else
        {
            throw Require.Refused(argument, (int)Kind, "must be a ratio or a difference");
        }
    }
}
