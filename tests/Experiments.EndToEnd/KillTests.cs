using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>Kills the service with SIGKILL while it takes events in: nothing acknowledged is lost, nothing counts twice, nothing is half there.</summary>
/// <remarks>EXPERIMENTS_KILLS sets how many (20 unless set).</remarks>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Writers = 4;

    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("EXPERIMENTS_KILLS") ?? "20", CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_WhileFourWritersSend_LosesNothingAcknowledgedAndCountsNothingTwice()
    {
        using var folder = new TemporaryFolder();
        string[] settings = [$"--Experiments:Data={folder.Path}", "--Experiments:Archive:IntervalSeconds=0.1"];
        await using var service = await ApiProcess.StartAsync(settings);
        await BitEvents.DefineAsync(service.Client);
        var random = new Random(20261001);
        var writers = Enumerable.Range(0, Writers).Select(w => new Writer(service.Client.Http, w)).ToList();
        for (var kill = 0; kill < Kills; kill++)
        {
            var acknowledged = Acknowledged(writers);
            var sending = writers.ConvertAll(w => Task.Run(w.SendUntilCutAsync, Token));

            // One kill in four at any moment of the start, the others while events are being acknowledged, however slow the machine is.
            for (var i = 0; kill % 4 != 0 && i < 1000 && Acknowledged(writers) < acknowledged + 2; i++) await Task.Delay(10, Token);
            await Task.Delay(random.Next(0, 400), Token);
            service.Kill();
            await Task.WhenAll(sending);
            await service.RestartAsync();
        }

        output.WriteLine(await SentBatch.CheckAsync(service.Client, [.. writers.SelectMany(w => w.Batches)], Kills));

        // The archive was written meanwhile: what it holds is what was counted.
        service.Kill();
        var (code, text) = await ApiProcess.CommandAsync("verify", settings);
        Assert.True(code == 0, text);
        output.WriteLine(text);
    }

    private static int Acknowledged(List<Writer> writers) => writers.Sum(w => w.Batches.Count(b => b.Acknowledged));

    /// <summary>Sends as apps do: batch after batch, now and then one again; after a cut, the batch in flight again, or never.</summary>
    private sealed class Writer(HttpClient http, int number)
    {
        private readonly Random _random = new(number);
        private SentBatch? _inFlight;

        public ConcurrentQueue<SentBatch> Batches { get; } = [];

        public async Task SendUntilCutAsync()
        {
            if (_random.Next(2) == 0) _inFlight = null;
            while (true)
            {
                if (_inFlight is null && _random.Next(5) == 0) _inFlight = Batches.LastOrDefault(b => b.Acknowledged);
                if (_inFlight is null)
                {
                    var group = string.Create(CultureInfo.InvariantCulture, $"{number}-{Batches.Count}");
                    Batches.Enqueue(_inFlight = new SentBatch(group, BitEvents.Group(group, _random)));
                }

                if (!await TrySendAsync(_inFlight)) return;
                _inFlight = null;
            }
        }

        private async Task<bool> TrySendAsync(SentBatch batch)
        {
            try
            {
                using var content = new StringContent(Event.Batch(batch.Events), Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(new Uri("/v1/events", UriKind.Relative), content, Token);
                var text = await response.Content.ReadAsStringAsync(Token);
                Assert.True((int)response.StatusCode == 202, text);
                var receipt = JsonDocument.Parse(text).RootElement;
                Assert.Equal(0, receipt.GetProperty("rejected").GetArrayLength());
                Assert.Equal(batch.Acknowledged ? 0 : batch.Events.Count, batch.Acknowledged ? receipt.Whole("accepted") : receipt.Whole("accepted") + receipt.Whole("duplicates"));
                batch.Acknowledged = true;
                return true;
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException)
            {
                return false;
            }
        }
    }
}
