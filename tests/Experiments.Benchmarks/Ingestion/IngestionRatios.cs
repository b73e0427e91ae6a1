using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Reflection;

namespace Experiments.Benchmarks.Ingestion;

/// <summary>The goals of ingestion and of reading results, as ratios taken in one run. Usage: <c>ingestion [--redis connection] [--seconds 20]</c>.</summary>
internal static class IngestionRatios
{
    private const int Rounds = 5;
    private const int BatchesPerRound = 100;
    private const int InFlight = 4;
    private const int EventsPerSecond = 5_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var redis = Option(args, "--redis");
        var seconds = int.Parse(Option(args, "--seconds") ?? "20", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("experiments-load-");
        try
        {
            using var parse = await ServerProcess.StartAsync(Assembly.GetExecutingAssembly().Location, "parse-server", "{url}").ConfigureAwait(false);
            string[] store = redis is null ? [$"--Experiments:Data={folder.FullName}"] : [$"--Experiments:Redis={redis}", $"--Experiments:Archive:Folder={folder.FullName}"];
            using var service = await ServerProcess
                .StartAsync([ServiceAssembly(), "--urls", "{url}", "--Logging:LogLevel:Default=Warning", .. store]).ConfigureAwait(false);
            await Load.DefineAsync(service).ConfigureAwait(false);
            Console.WriteLine($"store: {(redis is null ? "SQLite" : "Redis")}; batches of {Load.EventsPerBatch}, {InFlight} in flight");
            await CpuAsync(parse, service).ConfigureAwait(false);
            await ReadsAsync(parse, service).ConfigureAwait(false);
            await SteadyAsync(service, seconds).ConfigureAwait(false);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>I1 and I3: CPU and bytes of a batch, rounds of both alternating, medians.</summary>
    private static async Task CpuAsync(ServerProcess parse, ServerProcess service)
    {
        var load = new Load(1);
        List<double> limits = [], ours = [];
        await RoundAsync(parse, load).ConfigureAwait(false);
        await RoundAsync(service, load).ConfigureAwait(false);
        var allocated = await service.AllocatedAsync().ConfigureAwait(false);
        for (var round = 0; round < Rounds; round++)
        {
            limits.Add(await RoundAsync(parse, load).ConfigureAwait(false));
            ours.Add(await RoundAsync(service, load).ConfigureAwait(false));
        }

        var bytes = (await service.AllocatedAsync().ConfigureAwait(false) - allocated) / (Rounds * BatchesPerRound);
        limits.Sort();
        ours.Sort();
        var (limit, mine) = (limits[Rounds / 2], ours[Rounds / 2]);
        Say($"I1 CPU of a batch: /parse {limit:0} us, service {mine:0} us: {mine / limit:0.00} times (goal 1.5)");
        Say($"I2 events per CPU second, store included when embedded: {limit / mine:P0} of /parse (goal 25 %)");
        Say($"I3 allocated per batch: {bytes / 1024:0} kB (goal: 4 kB beyond what is stored)");
    }

    /// <returns>CPU time of the server for a batch, in microseconds.</returns>
    private static async Task<double> RoundAsync(ServerProcess server, Load load)
    {
        var batches = Enumerable.Range(0, BatchesPerRound).Select(_ => load.NextBatch()).ToList();
        var before = server.CpuTime;
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (batch, _) =>
        {
            var status = await server.PostAsync("/v1/events", batch).ConfigureAwait(false);
            if (status != HttpStatusCode.Accepted) throw new InvalidOperationException(status.ToString());
        }).ConfigureAwait(false);
        return (server.CpuTime - before).TotalMicroseconds / BatchesPerRound;
    }

    /// <summary>R1: a read at ten times the events; R3: a poll of an unchanged result beside an empty endpoint.</summary>
    private static async Task ReadsAsync(ServerProcess parse, ServerProcess service)
    {
        var few = await ReadAsync(service, "/v1/experiments/e/results", null).ConfigureAwait(false);
        var load = new Load(2);
        for (var round = 0; round < 9 * (Rounds + 1); round++) await RoundAsync(service, load).ConfigureAwait(false);
        var many = await ReadAsync(service, "/v1/experiments/e/results", null).ConfigureAwait(false);
        Say($"R1 CPU of a read: {few:0} us, at ten times the events {many:0} us: {many / few:0.00} times (goal 1.1)");

        using var response = await service.Http.GetAsync(new Uri("/v1/experiments/e/results", UriKind.Relative)).ConfigureAwait(false);
        var unchanged = await ReadAsync(service, "/v1/experiments/e/results", response.Headers.ETag!.ToString()).ConfigureAwait(false);
        var empty = await ReadAsync(parse, "/empty", null).ConfigureAwait(false);
        Say($"R3 CPU of a 304: {unchanged:0} us, empty endpoint {empty:0} us: {unchanged / empty:0.00} times (goal 2)");
    }

    private static async Task<double> ReadAsync(ServerProcess server, string path, string? tag)
    {
        const int Reads = 2_000;
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = server.CpuTime;
            for (var i = 0; i < Reads; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
                using var response = await server.Http.SendAsync(request).ConfigureAwait(false);
            }

            times.Add((server.CpuTime - before).TotalMicroseconds / Reads);
        }

        times.Sort();
        return times[Rounds / 2];
    }

    /// <summary>I4: a steady stream, latencies and memory; reads of results beside it.</summary>
    private static async Task SteadyAsync(ServerProcess service, int seconds)
    {
        var load = new Load(3);
        var memory = service.Memory;
        var cpu = service.CpuTime;
        List<Task<double>> sent = [], reads = [];
        var began = Stopwatch.GetTimestamp();
        var perSecond = EventsPerSecond / Load.EventsPerBatch;
        for (var i = 0; i < seconds * perSecond; i++)
        {
            var wait = TimeSpan.FromSeconds((double)i / perSecond) - Stopwatch.GetElapsedTime(began);
            if (wait > TimeSpan.Zero) await Task.Delay(wait).ConfigureAwait(false);
            var batch = load.NextBatch();
            sent.Add(TimedAsync(() => service.PostAsync("/v1/events", batch)));
            if (i % perSecond == 0) reads.Add(TimedAsync(() => service.Http.GetStringAsync(new Uri("/v1/experiments/e/results", UriKind.Relative))));
        }

        var latencies = await Task.WhenAll(sent).ConfigureAwait(false);
        var answers = await Task.WhenAll(reads).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Array.Sort(latencies);
        Array.Sort(answers);
        Say($"I4 {latencies.Length * Load.EventsPerBatch / took:0} events/s for {took:0} s: p50 {latencies[latencies.Length / 2]:0} ms, p99 {latencies[(int)(latencies.Length * 0.99)]:0} ms (goal 150), CPU {(service.CpuTime - cpu).TotalSeconds / took:P0} of a core");
        Say($"   memory {memory >> 20} MB before, {service.Memory >> 20} MB after; results meanwhile p50 {answers[answers.Length / 2]:0} ms, slowest {answers[^1]:0} ms (goal p99 10 ms)");
    }

    private static async Task<double> TimedAsync<T>(Func<Task<T>> run)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await run().ConfigureAwait(false);
        return result is HttpStatusCode status and not HttpStatusCode.Accepted
            ? throw new InvalidOperationException(status.ToString())
            : Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>The built service, beside this program's own output.</summary>
    private static string ServiceAssembly()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "Experiments.sln"))) root = root.Parent ?? throw new InvalidOperationException("Run it from the repository.");
        return Path.Combine(root.FullName, "src", "Experiments.Api", "bin", output.Parent!.Name, output.Name, "Experiments.Api.dll");
    }

    private static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
