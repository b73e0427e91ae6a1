using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;
using Experiments.Api.Tests.Archive;

namespace Experiments.Api.Tests.Events.Ledger;

public sealed class DamagedRecordTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_UserWhoseRecordIsDamaged_TheShardGoesOnAndRebuildCountsHisEvents()
    {
        await using var bench = await new ArchiveBench(shards: 1).OpenAsync();
        await using var sound = await new ArchiveBench(shards: 1).OpenAsync();
        var events = new EventGenerator(81, wholeNumbers: true).Events(400, users: 30);
        var damaged = events[0].User;
        await bench.Ledger.SubmitAsync([.. events.Take(200)], Token);
        await bench.Archiver().RunAsync(Token);
        await sound.Ledger.SubmitAsync(events, Token);
        await DamageAsync(bench.Store, damaged);

        // A new process: the first had the record in memory.
        await using var again = await new LedgerBench(bench.Store).OpenAsync(TimeProvider.System);
        await again.Ledger.SubmitAsync([.. events.Skip(200)], Token);

        Assert.NotEmpty((await bench.VerifyAsync()).Faults);
        await bench.RebuildAsync(bench.Store, bench.Map);
        Assert.Empty((await bench.VerifyAsync()).Faults);
        var moments = await new MomentsReader(bench.Store, bench.Map).ReadAsync(LedgerBench.Layout, Token);
        var expected = await new MomentsReader(sound.Store, sound.Map).ReadAsync(LedgerBench.Layout, Token);
        for (var variant = 0; variant < 3; variant++)
        {
            Assert.Equal(expected.Exposed(0, variant), moments.Exposed(0, variant));
            Assert.Equal(expected.Current(1, 0, variant).Sum.Value, moments.Current(1, 0, variant).Sum.Value);
        }
    }

    [Fact]
    public void Decode_AnyByteChangedOrCut_ThrowsNothingButInvalidDataOrNotSupported()
    {
        var record = UserRecord.Empty.With(
            [.. new EventGenerator(82, false).Events(60, users: 1)], static _ => true, new bool[60], new UserKey?[60]);
        var bytes = UserRecordCodec.Encode(record).ToArray();
        var random = new Random(82);
        for (var i = 0; i < 50_000; i++)
        {
            var damaged = bytes.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                UserRecordCodec.Decode(damaged);
            }
            catch (Exception refused) when (refused is InvalidDataException or NotSupportedException)
            {
                // Told as what it is.
            }
        }
    }

    private static async Task DamageAsync(IStore store, UserKey user)
    {
        var read = await store.ReadAsync("s0", [user.StoreKey], Token);
        var bytes = read.Values[0]!.Value.ToArray();
        Assert.NotNull(await store.CommitAsync("s0", read.Version, new StoreCommit([new StoreWrite(user.StoreKey, bytes.AsMemory(0, bytes.Length - 3))]), Token));
    }
}
