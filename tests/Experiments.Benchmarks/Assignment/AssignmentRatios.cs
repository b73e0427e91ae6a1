using System.Globalization;

namespace Experiments.Benchmarks.Assignment;

/// <summary>The goals of assignment as ratios of CPU time, median of alternating rounds: what a shared machine can tell. Exit code 1 if one is missed.</summary>
internal static class AssignmentRatios
{
    private const int Rounds = 15;
    private const int Operations = 200_000;

    /// <summary>Slack of a gate on a noisy machine.</summary>
    private const double Slack = 1.1;

    public static int Run()
    {
        var misses = 0;
        var evaluate = new Dictionary<int, double>();
        foreach (var experiments in new[] { 1, 10, 100 })
        {
            using var cases = new AssignmentCases(experiments);
            using var partial = new AssignmentCases(experiments, coverage: 0.5);
            var figures = Measure(
                ("limit", () => cases.Limit(), 1),
                ("Evaluate", () => cases.Evaluate(), 1),
                ("Evaluate, half coverage", () => partial.Evaluate(), 1),
                ("Peek", () => cases.Peek(), 1),
                ("GetValue, exposed", () => cases.GetValue(), 1),
                ("GetAssignment, exposed", () => cases.GetAssignment(), 1),
                ("Track", cases.Track, 10),
                ("FeatureManagement", () => cases.FeatureManagement(), 20));
            evaluate[experiments] = figures["Evaluate"].Nanoseconds;

            Console.WriteLine($"{experiments} experiments");
            foreach (var (name, figure) in figures)
            {
                Print($"  {name,-26} {figure.Nanoseconds,9:F1} ns {figure.Bytes,7:F1} B  {figure.Nanoseconds / figures["limit"].Nanoseconds,6:F2} x limit");
            }

            misses += Check("A1 Evaluate / limit", figures["Evaluate"].Nanoseconds / figures["limit"].Nanoseconds, 2);
            misses += Check("A1 GetValue, exposed / limit", figures["GetValue, exposed"].Nanoseconds / figures["limit"].Nanoseconds, 3);
            misses += Check("A2 bytes, GetValue + GetAssignment", figures["GetValue, exposed"].Bytes + figures["GetAssignment, exposed"].Bytes, 0);
            misses += Check("A3 Peek / FeatureManagement, neither records", figures["Peek"].Nanoseconds / figures["FeatureManagement"].Nanoseconds, 1 / 50.0);
        }

        using (var shared = new AssignmentCases(10)) misses += Check("A4 CPU of two threads / one", TwoThreads(shared), 1.1);
        misses += Check("A5 Evaluate, 100 experiments / 1", evaluate[100] / evaluate[1], 1.35);
        return misses == 0 ? 0 : 1;
    }

    private static Dictionary<string, (double Nanoseconds, double Bytes)> Measure(params (string Name, Action Call, int Divisor)[] cases)
    {
        var times = cases.ToDictionary(c => c.Name, _ => new List<double>());
        var bytes = cases.ToDictionary(c => c.Name, _ => 0.0);
        for (var round = -5; round < Rounds; round++)
        {
            foreach (var (name, call, divisor) in cases)
            {
                var operations = Operations / divisor;
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var cpu = CpuTime();
                for (var i = 0; i < operations; i++) call();
                var elapsed = CpuTime() - cpu;
                if (round < 0) continue;
                times[name].Add(elapsed / operations);
                bytes[name] = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)operations;
            }
        }

        return cases.ToDictionary(c => c.Name, c => (times[c.Name].Order().ElementAt(Rounds / 2), bytes[c.Name]));
    }

    /// <summary>CPU time per call of two threads on one client against that of one thread.</summary>
    private static double TwoThreads(AssignmentCases cases)
    {
        var ratios = new List<double>();
        for (var round = -2; round < Rounds; round++)
        {
            var one = Timed(1);
            var two = Timed(2);
            if (round >= 0) ratios.Add(two / one);
        }

        return ratios.Order().ElementAt(Rounds / 2);

        double Timed(int threads)
        {
            var cpu = CpuTime();
            var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
            {
                for (var i = 0; i < Operations; i++) cases.GetValue(i);
            })).ToList();
            workers.ForEach(worker => worker.Start());
            workers.ForEach(worker => worker.Join());
            return (CpuTime() - cpu) / threads;
        }
    }

    /// <summary>CPU time of the process, in nanoseconds: one thread works.</summary>
    private static double CpuTime() => Environment.CpuUsage.TotalTime.TotalNanoseconds;

    private static int Check(string goal, double value, double limit)
    {
        var met = value <= limit * Slack;
        Print($"  {(met ? "ok  " : "MISS")} {goal}: {value:F3} (goal {limit:F3})");
        return met ? 0 : 1;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
