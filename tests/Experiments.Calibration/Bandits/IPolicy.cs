using Experiments.Calibration.Simulation;

namespace Experiments.Calibration.Bandits;

/// <summary>A way of sharing users out.</summary>
internal interface IPolicy
{
    /// <summary>Name in tables and plots.</summary>
    string Name { get; }

    /// <summary>One run through all windows.</summary>
    Outcome Run(Generator random, World world);
}

/// <summary>Rewards of the arms that a competitor has seen: it learns at once, where the shipped bandit waits for the window's end.</summary>
internal sealed class Seen(int arms)
{
    internal int[] Users { get; } = new int[arms];

    internal int[] Conversions { get; } = new int[arms];

    internal int Total { get; private set; }

    internal double Rate(int arm) => Users[arm] > 0 ? Conversions[arm] / (double)Users[arm] : 1;

    internal void Add(int arm, int users, int conversions)
    {
        Users[arm] += users;
        Conversions[arm] += conversions;
        Total += users;
    }

    /// <summary>Arm of the largest value; ties to the lowest.</summary>
    internal int Highest(Func<int, double> value)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var k = 0; k < Users.Length; k++)
        {
            var index = value(k);
            (best, highest) = index > highest ? (k, index) : (best, highest);
        }

        return best;
    }
}
