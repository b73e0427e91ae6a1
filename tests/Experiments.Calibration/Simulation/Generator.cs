namespace Experiments.Calibration.Simulation;

/// <summary>xoshiro256++ of one run, seeded by SplitMix64 from (seed, stream, run): the same run gives the same data on any thread.</summary>
/// <remarks>Reference: Blackman, Vigna (2021), "Scrambled linear pseudorandom number generators", ACM TOMS 47(4).</remarks>
internal sealed class Generator
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private double _spare = double.NaN;

    internal Generator(ulong seed, string stream, int run)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in stream)
        {
            hash = (hash ^ letter) * 1_099_511_628_211UL;
        }

        var state = seed;
        state = SplitMix(ref state) ^ hash;
        state = SplitMix(ref state) ^ (ulong)run;
        (_a, _b, _c, _d) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    internal ulong Bits()
    {
        var result = ulong.RotateLeft(_a + _d, 23) + _a;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform on [0, 1) with 53 bits.</summary>
    internal double Uniform() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal, by the polar method.</summary>
    internal double Normal()
    {
        if (!double.IsNaN(_spare))
        {
            var spare = _spare;
            _spare = double.NaN;
            return spare;
        }

        while (true)
        {
            var (u, v) = ((2 * Uniform()) - 1, (2 * Uniform()) - 1);
            var square = (u * u) + (v * v);
            if (square is > 0 and < 1)
            {
                var scale = Math.Sqrt(-2 * Math.Log(square) / square);
                _spare = v * scale;
                return u * scale;
            }
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
