using Experiments.Calibration.Methods;
using Experiments.Stats;
using Experiments.Stats.Sequential;
using MathNet.Numerics;

namespace Experiments.Calibration.Simulation;

/// <summary>Money per user: most spend nothing, buyers a capped lognormal basket.</summary>
/// <param name="Buyers">Share of users who buy.</param>
/// <param name="LogMean">Mean of the log basket.</param>
/// <param name="LogDeviation">Standard deviation of the log basket.</param>
/// <param name="Cap">Frozen cap on one user's value.</param>
internal sealed record Baskets(double Buyers, double LogMean, double LogDeviation, double Cap)
{
    /// <summary>Mean and variance of one user's value.</summary>
    internal (double Mean, double Variance) Moments
    {
        get
        {
            var mean = Buyers * Capped(1);
            return (mean, (Buyers * Capped(2)) - (mean * mean));
        }
    }

    internal double Draw(Generator random) => Math.Min(Cap, Math.Exp(LogMean + (LogDeviation * random.Normal())));

    // E[min(Y, cap)^power] of a lognormal Y.
    private double Capped(int power)
    {
        var edge = (Math.Log(Cap) - LogMean) / LogDeviation;
        return (Math.Exp((power * LogMean) + (0.5 * power * power * LogDeviation * LogDeviation))
                * Below(edge - (power * LogDeviation)))
            + (Math.Pow(Cap, power) * Below(-edge));

        static double Below(double z) => 0.5 * SpecialFunctions.Erfc(-z / Math.Sqrt(2));
    }
}

/// <summary>What the runs of one setting share.</summary>
internal sealed class RevenueLaw(double share, Baskets treated, Baskets control, int largestBatch)
{
    internal double Share { get; } = share;

    internal Baskets Treated { get; } = treated;

    internal Baskets Control { get; } = control;

    internal Binomial Split { get; } = new(share, largestBatch);

    internal Binomial TreatedBuyers { get; } = new(treated.Buyers, largestBatch);

    internal Binomial ControlBuyers { get; } = new(control.Buyers, largestBatch);
}

/// <summary>Moments of a treatment and a control as users arrive in batches; only buyers cost a draw each.</summary>
internal sealed class RevenuePair(Generator random, RevenueLaw law) : IPair
{
    private readonly double[] _treatment = new double[3];
    private readonly double[] _control = new double[3];
    private double _buyers;

    internal MeanEpoch Epoch => new(law.Share, Moments(_treatment), Moments(_control), _buyers);

    /// <summary>Welch's z; 0 while it does not exist.</summary>
    public double Z
    {
        get
        {
            var (t, c) = (Moments(_treatment), Moments(_control));
            var variance = MeanEvidence.WelchVariance(t, c);
            return variance > 0 ? (t.Mean - c.Mean) / Math.Sqrt(variance) : 0;
        }
    }

    public void Add(int users)
    {
        var treated = law.Split.Draw(random, users);
        Add(_treatment, treated, law.TreatedBuyers.Draw(random, treated), law.Treated);
        Add(_control, users - treated, law.ControlBuyers.Draw(random, users - treated), law.Control);
    }

    public void ShowTo(ShippedTest test) => test.Look(Epoch);

    private void Add(double[] sums, int users, int buyers, Baskets baskets)
    {
        sums[0] += users;
        _buyers += buyers;
        for (var buyer = 0; buyer < buyers; buyer++)
        {
            var value = baskets.Draw(random);
            sums[1] += value;
            sums[2] += value * value;
        }
    }

    private static MeanMoments Moments(double[] sums) => MeanMoments.FromSums(sums[0], sums[1], sums[2]);
}
