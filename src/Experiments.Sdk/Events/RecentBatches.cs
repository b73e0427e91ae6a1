using System.Diagnostics.CodeAnalysis;

namespace Experiments.Sdk.Events;

/// <summary>Batches that the service acknowledged a short time ago, each under the epoch of its store: when the epoch changes, the store
/// may have lost the last of them (a replica took over), and they are sent again. The service knows the ids.</summary>
internal sealed class RecentBatches(TimeProvider clock)
{
    /// <summary>A replica that takes over is behind by seconds; two minutes leave room.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(120);

    private const int MaximumBytes = 16 << 20;

    private readonly Queue<(long At, string Epoch, byte[] Body, int Count)> _batches = new();
    private long _bytes;

    /// <summary>Keeps a batch, and forgets what is too old or too much.</summary>
    public void Add(string epoch, byte[] body, int count)
    {
        _batches.Enqueue((clock.GetTimestamp(), epoch, body, count));
        _bytes += body.Length;
        while (_batches.TryPeek(out var oldest) && (_bytes > MaximumBytes || clock.GetElapsedTime(oldest.At) > Kept)) Forget();
    }

    /// <summary>Takes out the oldest batch that another epoch acknowledged.</summary>
    public bool TryTake(string epoch, [NotNullWhen(true)] out byte[]? body, out int count)
    {
        while (_batches.TryPeek(out var oldest) && (oldest.Epoch != epoch || clock.GetElapsedTime(oldest.At) > Kept))
        {
            Forget();
            if (clock.GetElapsedTime(oldest.At) > Kept) continue;
            (body, count) = (oldest.Body, oldest.Count);
            return true;
        }

        (body, count) = (null, 0);
        return false;
    }

    private void Forget() => _bytes -= _batches.Dequeue().Body.Length;
}
