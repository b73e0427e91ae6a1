namespace Experiments.Calibration.Simulation;

/// <summary>Runs a simulation many times on all cores; results stand in the order of the runs, whatever the number of threads.</summary>
/// <param name="seed">Seed of the whole program.</param>
/// <param name="threads">Most threads at once; 0 = one per core.</param>
/// <param name="progress">Told the share of one call's runs that was just done; called from many threads.</param>
internal sealed class Runner(ulong seed, int threads = 0, Action<double>? progress = null)
{
    private readonly ParallelOptions _options = new()
    {
        MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount,
    };

    /// <summary>Runs <paramref name="body"/> with one generator per run.</summary>
    /// <param name="stream">Name of the setting: other settings get other data.</param>
    /// <param name="runs">How many runs.</param>
    /// <param name="body">One run.</param>
    internal T[] Run<T>(string stream, int runs, Func<Generator, T> body)
    {
        var results = new T[runs];
        var every = Math.Max(1, runs / 100);
        Parallel.For(0, runs, _options, run =>
        {
            results[run] = body(new Generator(seed, stream, run));
            if (run % every == 0)
            {
                progress?.Invoke(Math.Min(every, runs - run) / (double)runs);
            }
        });
        return results;
    }
}
