using BenchmarkDotNet.Running;
using Experiments.Benchmarks.Assignment;
using Experiments.Benchmarks.Ingestion;

// `ratios`: the goals as ratios of CPU time, in a minute, with an exit code. `ingestion`: those of the service, with processes of
// their own. Anything else: BenchmarkDotNet's own arguments.
if (args is ["parse-server", var url])
{
    await ParseServer.RunAsync(url);
    return 0;
}

if (args is ["ingestion", ..]) return await IngestionRatios.RunAsync(args);
if (args is ["ratios"]) return AssignmentRatios.Run();

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
