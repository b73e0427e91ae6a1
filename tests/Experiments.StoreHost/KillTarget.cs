using System.Globalization;
using Experiments.Api.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.StoreHost;

/// <summary>Usage: Experiments.StoreHost (data folder) (seed). Writes until it is killed; each line tells one acknowledged commit.</summary>
internal static class KillTarget // not Program: tests know that name as the service's
{
    public static async Task Main(string[] args)
    {
        var output = Console.Out;
        await using var store = SqliteStore.Open(args[0], NullLogger.Instance);
        await output.WriteLineAsync("ready");
        var workload = new Workload(store, int.Parse(args[1], CultureInfo.InvariantCulture), commit =>
        {
            lock (output)
            {
                output.WriteLine(commit.ToLine());
            }
        });
        await workload.RunAsync(CancellationToken.None);
    }
}
