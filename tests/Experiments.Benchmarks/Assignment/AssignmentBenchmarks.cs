using BenchmarkDotNet.Attributes;

namespace Experiments.Benchmarks.Assignment;

/// <summary>Goals A1 (ratio to the limit), A2 (0 bytes), A3 (ratio to Microsoft.FeatureManagement), A5 (100 experiments against one).</summary>
[MemoryDiagnoser]
public class AssignmentBenchmarks
{
    private AssignmentCases _cases = null!;

    [Params(1, 10, 100)]
    public int Experiments { get; set; }

    [GlobalSetup]
    public void Setup() => _cases = new AssignmentCases(Experiments);

    [GlobalCleanup]
    public void Cleanup() => _cases.Dispose();

    [Benchmark(Baseline = true)]
    public int Limit() => _cases.Limit();

    [Benchmark]
    public int Evaluate() => _cases.Evaluate();

    [Benchmark]
    public string Peek() => _cases.Peek();

    [Benchmark]
    public string GetValueExposed() => _cases.GetValue();

    [Benchmark]
    public string GetAssignmentExposed() => _cases.GetAssignment();

    [Benchmark]
    public string? FeatureManagement() => _cases.FeatureManagement();
}
