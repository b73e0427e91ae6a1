using BenchmarkDotNet.Running;
using Experiments.Benchmarks.Assignment;

// `ratios`: the goals as ratios of CPU time, in a minute, with an exit code. Anything else: BenchmarkDotNet's own arguments.
if (args is ["ratios"]) return AssignmentRatios.Run();

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
