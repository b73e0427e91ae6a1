using System.Diagnostics;
using System.Globalization;

namespace Experiments.Api.Tests.Store;

/// <summary>Signals to a process of the tests.</summary>
internal static class Signals
{
    public static void Send(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
