using Experiments.Stats.Numerics;

namespace Experiments.Stats.Sequential;

/// <summary>Evidence of several treatments (or treatment and KPI pairs) corrected for their number.</summary>
/// <remarks>
/// <para>Formula: E*_j = min over r = 0..K-1 of (E_j + sum of the r smallest others)/(r + 1). Win when E*_j &gt;= 1/alpha.</para>
/// <para>Reference: Vovk and Wang 2021, "E-values: calibration, combination and applications", Annals of Statistics 49(3).</para>
/// <para>Assumes: nothing on dependence. All treatments ever started take part, a stopped one with its last E. Over time,
/// keep running maxima of the adjusted value only, never of single E's. Family-wise error at most alpha.</para>
/// <para>Accuracy: 1e-14 relative, at any size of E (log space).</para>
/// </remarks>
public static class ClosedAveraging
{
    /// <summary>Adjusts all evidences together; O(K^2).</summary>
    /// <param name="logEvidence">ln E of each treatment; minus infinity is E = 0.</param>
    /// <param name="adjusted">Receives ln E* in the same order; as long as <paramref name="logEvidence"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An evidence is NaN.</exception>
    public static void Adjust(ReadOnlySpan<double> logEvidence, Span<double> adjusted)
    {
        Require.SameLength(adjusted.Length, logEvidence.Length, nameof(adjusted));
        var order = SortedAscending(logEvidence, nameof(logEvidence));
        Span<double> result = logEvidence.Length <= 64 ? stackalloc double[logEvidence.Length] : new double[logEvidence.Length];
        for (var j = 0; j < logEvidence.Length; j++)
        {
            var sum = logEvidence[j];
            var least = sum;
            var terms = 1;
            foreach (var other in order)
            {
                if (other != j)
                {
                    sum = SpecialMath.LogAdd(sum, logEvidence[other]);
                    least = Math.Min(least, sum - Math.Log(++terms));
                }
            }

            result[j] = least;
        }

        result.CopyTo(adjusted);
    }

    internal static int[] SortedAscending(ReadOnlySpan<double> values, string name)
    {
        var keys = values.ToArray();
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = double.IsNaN(keys[i]) ? throw Require.Refused(name, keys[i], "must not be NaN") : i;
        }

        Array.Sort(keys, order);
        return order;
    }
}
