using Experiments.Calibration.Simulation;

namespace Experiments.Calibration.Bandits;

/// <summary>A policy of the literature: users come in small batches, outcomes are known at once, nothing is ever proved or promoted.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="Batch">Users between two choices.</param>
/// <param name="Choose">Weights of the next batch from what was seen.</param>
internal sealed record Competitor(string Name, int Batch, Action<Generator, Seen, double[]> Choose) : IPolicy
{
    private const int CommitAfter = 14_000;
    private const double Epsilon = 0.1;

    internal static readonly Competitor[] All =
    [
        new("uniform, then commit", 50, (_, seen, weights) => Spread(weights, seen.Total < CommitAfter ? 1 : 0, seen)),
        new("epsilon-greedy (0.1)", 50, (_, seen, weights) => Spread(weights, Epsilon, seen)),
        new("UCB1", 50, (_, seen, weights) => One(weights, seen.Highest(k => UpperBound(seen, k)))),
        new("KL-UCB", 50, (_, seen, weights) => One(weights, seen.Highest(k => KullbackLeiblerBound(seen, k)))),
        new("Thompson, per event", 1, (random, seen, weights) => One(
            weights, seen.Highest(k => random.Beta(1 + seen.Conversions[k], 1 + seen.Users[k] - seen.Conversions[k])))),
    ];

    public Outcome Run(Generator random, World world)
    {
        var (seen, weights, regret) = (new Seen(world.Arms), new double[world.Arms], 0.0);
        var (batch, window) = (new int[world.Arms], new int[world.Arms]);
        var shares = new double[world.Windows];
        for (var t = 0; t < world.Windows; t++)
        {
            Array.Clear(window);
            for (var users = 0; users < world.Users; users += Batch)
            {
                Choose(random, seen, weights);
                random.Multinomial(Batch, weights, batch);
                for (var k = 0; k < batch.Length; k++)
                {
                    seen.Add(k, batch[k], random.Binomial(batch[k], world.Rate(k, t)));
                    window[k] += batch[k];
                }
            }

            regret += world.Regret(window, t);
            shares[t] = window[world.Best] / (double)world.Users;
        }

        return new Outcome(regret, 0, -1, false, shares);
    }

    private static void Spread(double[] weights, double uniform, Seen seen)
    {
        Array.Fill(weights, uniform / weights.Length);
        weights[seen.Highest(seen.Rate)] += 1 - uniform;
    }

    private static void One(double[] weights, int arm)
    {
        Array.Clear(weights);
        weights[arm] = 1;
    }

    // Auer, Cesa-Bianchi, Fischer (2002), "Finite-time analysis of the multiarmed bandit problem", Machine Learning 47.
    private static double UpperBound(Seen seen, int arm) => seen.Users[arm] == 0 ? double.PositiveInfinity
        : seen.Rate(arm) + Math.Sqrt(2 * Math.Log(seen.Total) / seen.Users[arm]);

    // Garivier, Cappe (2011), "The KL-UCB algorithm for bounded stochastic bandits and beyond", COLT.
    private static double KullbackLeiblerBound(Seen seen, int arm)
    {
        if (seen.Users[arm] == 0)
        {
            return double.PositiveInfinity;
        }

        var (p, budget) = (seen.Rate(arm), Math.Log(seen.Total) / seen.Users[arm]);
        var (low, high) = (p, 1.0);
        for (var step = 0; step < 30; step++)
        {
            var q = 0.5 * (low + high);
            (low, high) = Divergence(p, q) > budget ? (low, q) : (q, high);
        }

        return low;
    }

    private static double Divergence(double p, double q) =>
        (p > 0 ? p * Math.Log(p / q) : 0) + (p < 1 ? (1 - p) * Math.Log((1 - p) / (1 - q)) : 0);
}
