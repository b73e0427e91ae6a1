namespace Experiments.Stats.Numerics;

/// <summary>A continuous function of one variable, as a struct so that searches allocate nothing.</summary>
internal interface IFunction
{
    double Value(double x);
}

/// <summary>Brent's bracketed root search (Brent 1973, "Algorithms for minimization without derivatives", chapter 4).</summary>
internal static class RootFinder
{
    /// <summary>Root in [low, high]; an end when the function does not change sign, the one nearer to zero.</summary>
    internal static double Brent<TFunction>(ref TFunction function, double low, double high, double tolerance)
        where TFunction : IFunction, allows ref struct
    {
        var a = low;
        var b = high;
        var fa = function.Value(a);
        var fb = function.Value(b);
        if (fa == 0 || fb == 0 || (fa > 0) == (fb > 0))
        {
            return Math.Abs(fa) < Math.Abs(fb) ? a : b;
        }

        var (c, fc) = (a, fa);
        var d = b - a;
        var e = d;
        for (var step = 0; step < 200; step++)
        {
            if ((fb > 0) == (fc > 0))
            {
                (c, fc) = (a, fa);
                d = e = b - a;
            }

            if (Math.Abs(fc) < Math.Abs(fb))
            {
                (a, b, c) = (b, c, b);
                (fa, fb, fc) = (fb, fc, fb);
            }

            var accuracy = (4e-16 * Math.Abs(b)) + (0.5 * tolerance);
            var half = 0.5 * (c - b);
            if (Math.Abs(half) <= accuracy || fb == 0)
            {
                return b;
            }

            if (Math.Abs(e) >= accuracy && Math.Abs(fa) > Math.Abs(fb))
            {
                double p;
                double q;
                var s = fb / fa;
                if (a == c)
                {
                    p = 2 * half * s;
                    q = 1 - s;
                }
                else
                {
                    var u = fa / fc;
                    var r = fb / fc;
                    p = s * ((2 * half * u * (u - r)) - ((b - a) * (r - 1)));
                    q = (u - 1) * (r - 1) * (s - 1);
                }

                (p, q) = p > 0 ? (p, -q) : (-p, q);
                if (2 * p < Math.Min((3 * half * q) - Math.Abs(accuracy * q), Math.Abs(e * q)))
                {
                    (e, d) = (d, p / q);
                }
                else
                {
                    d = e = half;
                }
            }
            else
            {
                d = e = half;
            }

            (a, fa) = (b, fb);
            b += Math.Abs(d) > accuracy ? d : Math.CopySign(accuracy, half);
            fb = function.Value(b);
        }

        return b;
    }
}
