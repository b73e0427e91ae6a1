using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Store;
using Spectre.Console;

namespace Experiments.Api.Archive;

/// <summary>The commands <c>verify</c> and <c>rebuild</c>.</summary>
internal static class ArchiveCommand
{
    private const int ShownFaults = 20;

    public static bool Handles(string[] args) => args is ["verify" or "rebuild", ..];

    /// <returns>0 when the store is whole, 1 when it is not.</returns>
    public static async Task<int> RunAsync(string[] args, IAnsiConsole console)
    {
        var builder = Host.CreateApplicationBuilder(args[1..]);
        builder.Logging.ClearProviders();
        builder.Services.AddStore(builder.Configuration);
        builder.Services.AddCatalog();
        builder.Services.AddArchiveParts();
        using var host = builder.Build();
        var services = host.Services;
        return args[0] == "verify" ? await VerifyAsync(services, console) : await RebuildAsync(services, console);
    }

    private static async Task<int> VerifyAsync(IServiceProvider services, IAnsiConsole console)
    {
        await services.GetRequiredService<ShardMap>().LoadAsync(CancellationToken.None);
        await services.GetRequiredService<CatalogStore>().RefreshAsync(CancellationToken.None);
        var report = await WithProgressAsync(
            console, "verify", progress => services.GetRequiredService<Verification>().RunAsync(progress, CancellationToken.None));
        foreach (var fault in report.Faults.Take(ShownFaults)) console.WriteLine(fault);
        if (report.Faults.Count > ShownFaults) console.WriteLine(Text($"… and {report.Faults.Count - ShownFaults} more."));
        console.WriteLine(report.Faults.Count == 0
            ? Text($"The store is what its {report.Events} events of {report.Users} users make it; {report.Rows} rows of moments compared.")
            : Text($"{report.Faults.Count} faults. Stop the service and run 'rebuild', or restore a copy of the store."));
        return report.Faults.Count == 0 ? 0 : 1;
    }

    private static async Task<int> RebuildAsync(IServiceProvider services, IAnsiConsole console)
    {
        var report = await WithProgressAsync(
            console, "rebuild", progress => services.GetRequiredService<Rebuilding>().RunAsync(progress, CancellationToken.None));
        console.WriteLine(Text($"Rebuilt from {report.Events} events of {report.Users} users: {report.Rows} rows of moments."));
        return 0;
    }

    private static Task<VerificationReport> WithProgressAsync(
        IAnsiConsole console, string name, Func<Action<long, long>, Task<VerificationReport>> run) => console.Progress().StartAsync(context =>
        {
            var task = context.AddTask(name);
            return run((done, all) =>
            {
                task.MaxValue = Math.Max(1, all);
                task.Value = all == 0 ? 1 : done;
            });
        });

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
