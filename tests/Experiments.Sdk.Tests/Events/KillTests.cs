using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Experiments.Sdk.Tests.Events;

/// <summary>A real app in a process of its own, killed without warning while it tracks.</summary>
public sealed class KillTests
{
    private const int Kills = 12;

    [Fact]
    public async Task Kill_WhileTracking_WhatWasDurableIsDeliveredOrOnDiskIdById()
    {
        using var folder = new TemporaryFolder();
        await using var service = new LoopbackService();
        var random = new Random(20261124);
        var durable = new HashSet<string>(StringComparer.Ordinal);
        for (var kill = 0; kill < Kills; kill++)
        {
            // Every third app finds the service away, so that its events pile up on disk.
            if (kill % 3 == 1) await service.StopAsync();
            durable.UnionWith(await RunAndKillAsync(service.Endpoint, folder, $"k{kill}", TimeSpan.FromMilliseconds(random.Next(50, 800))));

            // What the service has and what is on disk are together all that was told durable: nothing else may hold an event now.
            var somewhere = new HashSet<string>(service.Accepted.Keys, StringComparer.Ordinal);
            somewhere.UnionWith(DurableOutboxTests.EventsIn(folder).Select(item => IdOf(item.Json)));
            Assert.Empty(durable.Except(somewhere));
            if (kill % 3 == 1) service.Start();
        }

        Assert.True(durable.Count > 1000, $"only {durable.Count} events were durable");
        await using var app = DurableOutboxTests.App(service, folder, options => options.ShutdownWait = TimeSpan.FromSeconds(5));
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        var left = DurableOutboxTests.EventsIn(folder).Count;

        // What the dead apps left is taken over in the background: nothing waits before that, too.
        await TestApp.EventuallyAsync(() => app.Counts() is { Waiting: 0 } && !durable.Except(service.Accepted.Keys).Any());
        Assert.Empty(durable.Except(service.Accepted.Keys));
        Assert.Equal(0, app.Counts().Dropped);
        Assert.InRange(app.Counts().Delivered, left, long.MaxValue);
        await app.DisposeAsync();
        Assert.Empty(DurableOutboxTests.EventsIn(folder));

        // No invention: each id is of an event that the app tracked, and its value is the one tracked.
        Assert.All(service.Accepted, item =>
            Assert.Equal(item.Key.Split('-')[1], item.Value.GetProperty("value").GetInt32().ToString(CultureInfo.InvariantCulture)));
        TestContext.Current.SendDiagnosticMessage($"{durable.Count} events durable, {service.Accepted.Count} received, {service.BatchSizes.Sum()} sent");
    }

    private static string IdOf(string json) => JsonSerializer.Deserialize<JsonElement>(json).GetProperty("id").GetString()!;

    /// <summary>The ids that the app was told are durable before it died.</summary>
    private static async Task<List<string>> RunAndKillAsync(Uri endpoint, TemporaryFolder folder, string prefix, TimeSpan life)
    {
        using var app = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Experiments.SdkHost.dll"), endpoint.AbsoluteUri, folder.Path, prefix, "0"])
        { RedirectStandardOutput = true })!;
        var ids = new List<string>();
        try
        {
            // The life counts from the first event: a start takes as long as the machine wants.
            Add(await app.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            var rest = Task.Run(async () =>
            {
                while (await app.StandardOutput.ReadLineAsync() is { } line) Add(line);
            });
            await Task.Delay(life, TestContext.Current.CancellationToken);
            app.Kill();
            await app.WaitForExitAsync(TestContext.Current.CancellationToken);
            await rest;
        }
        finally
        {
            if (!app.HasExited) app.Kill();
        }

        return ids;

        void Add(string? line)
        {
            // The last line may be cut: it was not told.
            if (line?.Split(' ') is not [var from, var to, "."]) return;
            for (var i = int.Parse(from, CultureInfo.InvariantCulture); i < int.Parse(to, CultureInfo.InvariantCulture); i++) ids.Add($"{prefix}-{i}");
        }
    }
}
