using Experiments.Calibration.Methods;
using Experiments.Stats;
using Experiments.Stats.Sequential;

namespace Experiments.Calibration.Simulation;

/// <summary>What the runs of one setting share: the laws of a batch of randomly assigned users.</summary>
internal sealed class ConversionLaw(double share, double treated, double control, int largestBatch)
{
    internal double Share { get; } = share;

    internal Binomial Split { get; } = new(share, largestBatch);

    internal Binomial Treated { get; } = new(treated, largestBatch);

    internal Binomial Control { get; } = new(control, largestBatch);
}

/// <summary>Counts of a treatment and a control as users arrive in batches.</summary>
internal sealed class ConversionPair(Generator random, ConversionLaw law) : IPair
{
    private ProportionCounts _treatment;
    private ProportionCounts _control;

    internal ProportionEpoch Epoch => new(law.Share, _treatment, _control);

    public void Add(int users)
    {
        var treated = law.Split.Draw(random, users);
        _treatment += new ProportionCounts(treated, law.Treated.Draw(random, treated));
        _control += new ProportionCounts(users - treated, law.Control.Draw(random, users - treated));
    }

    public void ShowTo(ShippedTest test) => test.Look(Epoch);

    /// <summary>The usual z of two pooled rates; 0 while it does not exist.</summary>
    public double Z => PooledZ(_treatment, _control);

    internal static double PooledZ(ProportionCounts treatment, ProportionCounts control)
    {
        var pooled = (treatment + control).Rate;
        return treatment.Users > 0 && control.Users > 0 && pooled is > 0 and < 1
            ? (treatment.Rate - control.Rate) / Math.Sqrt(pooled * (1 - pooled) * ((1 / treatment.Users) + (1 / control.Users)))
            : 0;
    }
}
