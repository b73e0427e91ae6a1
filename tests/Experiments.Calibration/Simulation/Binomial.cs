namespace Experiments.Calibration.Simulation;

/// <summary>Binomial counts of one probability by inversion of a table per n: one uniform number and about one step a draw.</summary>
/// <remarks>Reference: Chen, Asau (1974), "On generating random variates from an empirical distribution", AIIE Transactions 6(2).</remarks>
internal sealed class Binomial(double probability, int largest)
{
    private readonly Table?[] _tables = new Table?[largest + 1];

    internal int Draw(Generator random, int trials)
    {
        if (trials == 0)
        {
            return 0;
        }

        // Two threads may build the same table: both are equal, the last one stays.
        var table = Volatile.Read(ref _tables[trials]);
        if (table is null)
        {
            table = new Table(trials, probability);
            Volatile.Write(ref _tables[trials], table);
        }

        return table.Draw(random.Uniform());
    }

    private sealed class Table
    {
        private readonly int _low;
        private readonly double[] _cumulative;
        private readonly int[] _guide;

        internal Table(int trials, double p)
        {
            var mode = Math.Min(trials, (int)((trials + 1) * p));
            var odds = p / (1 - p);
            List<double> below = [], above = [1];
            for (var (k, mass) = (mode, 1.0); k > 0 && mass > 1e-18; k--)
            {
                mass *= k / ((trials - k + 1) * odds);
                below.Add(mass);
            }

            for (var (k, mass) = (mode, 1.0); k < trials && mass > 1e-18; k++)
            {
                mass *= (trials - k) * odds / (k + 1);
                above.Add(mass);
            }

            _low = mode - below.Count;
            below.Reverse();
            _cumulative = [.. below, .. above];
            for (var i = 1; i < _cumulative.Length; i++)
            {
                _cumulative[i] += _cumulative[i - 1];
            }

            var total = _cumulative[^1];
            _guide = new int[_cumulative.Length];
            for (var (i, at) = (0, 0); i < _cumulative.Length; i++)
            {
                while (_cumulative[at] / total <= (double)i / _guide.Length && at < _cumulative.Length - 1)
                {
                    at++;
                }

                _guide[i] = at;
            }

            for (var i = 0; i < _cumulative.Length; i++)
            {
                _cumulative[i] /= total;
            }

            _cumulative[^1] = 1;
        }

        internal int Draw(double u)
        {
            var at = _guide[(int)(u * _guide.Length)];
            while (_cumulative[at] <= u)
            {
                at++;
            }

            return _low + at;
        }
    }
}
