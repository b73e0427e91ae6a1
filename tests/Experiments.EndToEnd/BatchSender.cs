using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>Sends as the SDK does: batch after batch; one that was not taken again until it is; and what an earlier epoch of the store
/// acknowledged again when the epoch has changed.</summary>
internal sealed class BatchSender(HttpClient http, int number)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(number);
    private string? _epoch;

    public ConcurrentQueue<SentBatch> Batches { get; } = [];

    /// <summary>Batches sent again because the store had another epoch.</summary>
    public int SentAgain { get; private set; }

    /// <summary>Longest time that a refusal took.</summary>
    public TimeSpan SlowestRefusal { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var group = string.Create(CultureInfo.InvariantCulture, $"{number}-{Batches.Count}");
            var batch = new SentBatch(group, BitEvents.Group(group, _random));
            Batches.Enqueue(batch);
            while (!await TrySendAsync(batch))
            {
                if (stop.IsCancellationRequested) return;
                await Task.Delay(Pause, TestContext.Current.CancellationToken);
            }

            await SendAgainAsync();
        }
    }

    /// <summary>Sends again what another epoch acknowledged, until one epoch has acknowledged all.</summary>
    public async Task SendAgainAsync()
    {
        while (Batches.FirstOrDefault(b => b.Acknowledged && b.Epoch != _epoch) is { } old)
        {
            if (await TrySendAsync(old)) SentAgain++;
            else await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    private async Task<bool> TrySendAsync(SentBatch batch)
    {
        var began = Stopwatch.GetTimestamp();
        using var content = new StringContent(Event.Batch(batch.Events), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri("/v1/events", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
        {
            Assert.NotNull(response.Headers.RetryAfter);
            var took = Stopwatch.GetElapsedTime(began);
            if (took > SlowestRefusal) SlowestRefusal = took;
            return false;
        }

        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{(int)response.StatusCode} {text}");
        var receipt = JsonDocument.Parse(text).RootElement;
        Assert.Equal(batch.Events.Count, receipt.Whole("accepted") + receipt.Whole("duplicates"));
        batch.Epoch = _epoch = receipt.Text("storeEpoch");
        batch.Acknowledged = true;
        return true;
    }
}
