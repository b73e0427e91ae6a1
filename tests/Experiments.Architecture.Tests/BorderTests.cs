using System.Reflection;
using Experiments.Sdk;
using Experiments.Stats;

namespace Experiments.Architecture.Tests;

/// <summary>What each project may stand on.</summary>
public sealed class BorderTests
{
    /// <summary>Beginnings of assembly names that mathematics has no use for: network, web, hosting, storage.</summary>
    private static readonly string[] InputAndOutput =
    [
        "Microsoft.AspNetCore", "Microsoft.Data", "Microsoft.Extensions", "SQLitePCLRaw", "StackExchange.Redis", "System.Data",
        "System.IO.FileSystem", "System.IO.IsolatedStorage", "System.IO.Pipes", "System.Net",
    ];

    /// <summary>Types of the core library that reach outside of the process, or would make a result differ from run to run.</summary>
    private static readonly string[] OutsideTypes =
    [
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.Console",
        "System.Environment", "System.TimeProvider", "System.DateTime", "System.DateTimeOffset", "System.Diagnostics.Stopwatch",
        "System.Diagnostics.Process",
    ];

    private static readonly Assembly Stats = typeof(ProportionCounts).Assembly;
    private static readonly Assembly Sdk = typeof(ExperimentsClient).Assembly;

    [Fact]
    public void Stats_ReferencedAssemblies_HoldNoInputOrOutput() =>
        Assert.DoesNotContain(NamesReferencedBy(Stats), name => InputAndOutput.Any(part => name.StartsWith(part, StringComparison.Ordinal)));

    [Fact]
    public void Stats_ReferencedTypes_HoldNoFileNoClock() =>
        Assert.DoesNotContain(ReferencedTypes.Of(Stats), OutsideTypes.Contains);

    [Fact]
    public void Stats_ReferencedAssemblies_HoldNoOtherProject() =>
        Assert.DoesNotContain(NamesReferencedBy(Stats), name => name.StartsWith("Experiments.", StringComparison.Ordinal));

    [Fact]
    public void Sdk_ReferencedAssemblies_HoldNoOtherProject() =>
        Assert.DoesNotContain(NamesReferencedBy(Sdk), name => name.StartsWith("Experiments.", StringComparison.Ordinal));

    private static IEnumerable<string> NamesReferencedBy(Assembly assembly) => assembly.GetReferencedAssemblies().Select(a => a.Name!);
}
