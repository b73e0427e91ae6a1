using System.Globalization;
using System.Text;
using Experiments.Api.Store;

namespace Experiments.StoreHost;

/// <summary>Writers that compete on a few shards; each commit holds records, a counter, a key that moves, and a log entry.</summary>
/// <remarks><see cref="Inspection"/> knows from the log alone what everything else must be.</remarks>
internal sealed class Workload(IStore store, int seed, Action<Acknowledged> acknowledge)
{
    public const int Records = 40;
    private const int WritersPerShard = 2;
    private const int KeptEntries = 200;

    public static readonly IReadOnlyList<string> Shards = ["s0", "s1", "s2"];

    /// <summary>Writes until it is cancelled. A store that is away is read again later, as the border asks.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        from shard in Shards
        from writer in Enumerable.Range(0, WritersPerShard)
        select Task.Run(() => WriteAsync(shard, writer, cancellationToken), CancellationToken.None));

    private async Task WriteAsync(string shard, int writer, CancellationToken cancellationToken)
    {
        var random = new Random(HashCode.Combine(seed, writer, shard[1] - '0'));
        for (var round = 0; !cancellationToken.IsCancellationRequested; round++)
        {
            try
            {
                var entry = new Entry(
                    Token: string.Create(CultureInfo.InvariantCulture, $"{seed}-{writer}-{round}"),
                    Amount: random.Next(1, 1000),
                    Total: 0,
                    Records: [.. Enumerable.Range(0, Records).Where(_ => random.Next(4) == 0)]);
                await TryOnceAsync(shard, entry, random.Next(2000), cancellationToken).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(20, CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task TryOnceAsync(string shard, Entry entry, int padding, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(shard, ["total"], cancellationToken).ConfigureAwait(false);
        entry = entry with { Total = Entry.Number(read.Values[0]) + entry.Amount };
        var next = read.Version.Number + 1;
        var commit = new StoreCommit(
            [
                new("total", Bytes(entry.Total)),
                StoreWrite.Remove(MovingKey(next - 1)),
                new(MovingKey(next), Bytes(next)),
                .. entry.Records.Select(record => new StoreWrite(RecordKey(record), Bytes(next))),
            ],
            Append: entry.ToBytes(padding));

        if (await store.CommitAsync(shard, read.Version, commit, cancellationToken).ConfigureAwait(false) is not { } version)
        {
            return;
        }

        acknowledge(new(shard, version, entry.Token));
        if (version.Number % 50 == 0)
        {
            await store.TrimLogAsync(shard, version.Number - KeptEntries, cancellationToken).ConfigureAwait(false);
        }
    }

    public static string RecordKey(int record) => string.Create(CultureInfo.InvariantCulture, $"record:{record}");

    /// <summary>Each commit removes this key of the one before and writes its own: exactly one exists.</summary>
    public static string MovingKey(long version) => string.Create(CultureInfo.InvariantCulture, $"at:{version}");

    private static byte[] Bytes(long value) => Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
