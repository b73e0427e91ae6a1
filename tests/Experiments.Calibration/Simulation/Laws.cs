using MathNet.Numerics;

namespace Experiments.Calibration.Simulation;

/// <summary>Draws whose law changes from call to call, so that a table per law would not pay.</summary>
internal static class Laws
{
    /// <summary>Binomial count by inversion from the mode outwards.</summary>
    /// <remarks>Reference: Kemp (1986), "A modal method for generating binomial variables", Communications in Statistics 15(3).</remarks>
    internal static int Binomial(this Generator random, int trials, double probability)
    {
        if (trials == 0 || probability <= 0)
        {
            return 0;
        }

        if (probability >= 1)
        {
            return trials;
        }

        var odds = probability / (1 - probability);
        var mode = Math.Min(trials, (int)((trials + 1) * probability));
        var mass = Math.Exp(SpecialFunctions.BinomialLn(trials, mode) + (mode * Math.Log(probability)) + ((trials - mode) * Math.Log(1 - probability)));
        var u = random.Uniform() - mass;
        var (below, above) = (mode, mode);
        var (massBelow, massAbove) = (mass, mass);
        while (u > 0 && (below > 0 || above < trials))
        {
            if (above < trials)
            {
                massAbove *= odds * (trials - above) / (above + 1);
                above++;
                u -= massAbove;
                if (u <= 0)
                {
                    return above;
                }
            }

            if (below > 0)
            {
                massBelow *= below / (odds * (trials - below + 1));
                below--;
                u -= massBelow;
                if (u <= 0)
                {
                    return below;
                }
            }

            if (massAbove + massBelow < 1e-300)
            {
                break;
            }
        }

        return mode;
    }

    /// <summary>Users by arm when each is drawn with the weights.</summary>
    internal static void Multinomial(this Generator random, int users, ReadOnlySpan<double> weights, Span<int> counts)
    {
        var left = 1.0;
        for (var k = 0; k < weights.Length; k++)
        {
            counts[k] = k == weights.Length - 1 ? users : random.Binomial(users, Math.Min(1, weights[k] / left));
            users -= counts[k];
            left = Math.Max(1e-300, left - weights[k]);
        }
    }

    /// <summary>Beta variable from two gamma ones, both parameters at least 1.</summary>
    internal static double Beta(this Generator random, double a, double b)
    {
        var (x, y) = (Gamma(random, a), Gamma(random, b));
        return x / (x + y);
    }

    // Marsaglia, Tsang (2000), "A simple method for generating gamma variables", ACM TOMS 26(3).
    private static double Gamma(Generator random, double shape)
    {
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.Normal();
            var v = 1 + (c * x);
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            var u = random.Uniform();
            if (u < 1 - (0.0331 * x * x * x * x) || Math.Log(u) < (0.5 * x * x) + (d * (1 - v + Math.Log(v))))
            {
                return d * v;
            }
        }
    }
}
