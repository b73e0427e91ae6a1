using Experiments.Api.Archive;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Tests.Events.Ledger;

namespace Experiments.Api.Tests.Archive;

/// <summary>Persons with several ids: the archive tells the same of them as the ledger, and forgets them under all.</summary>
public sealed class ArchivedAliasTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task VerifyAndRebuild_PersonsOfSeveralIds_AgreeWithTheLedger()
    {
        await using var bench = await new ArchiveBench(shards: 3).OpenAsync();
        var scattered = LedgerPropertyTests.Scattered(new EventGenerator(81, true).Events(800, users: 50), 81);
        foreach (var batch in new EventGenerator(82, true).Disturb(scattered)) await bench.Ledger.SubmitAsync(batch, Token);

        // Partly in files, partly in the inbox.
        await AgreesAsync(bench);
        await bench.Archiver().RunAsync(Token);
        await AgreesAsync(bench);
        await bench.RebuildAsync(bench.Store, bench.Map);
        await AgreesAsync(bench);
        await using var next = await new LedgerBench(bench.Store, bench.Shards).OpenAsync();
        var again = await next.Ledger.SubmitAsync(scattered, Token);
        Assert.Equal(scattered.OfType<KpiEvent>().Count(kpi => kpi.Event == "uncounted"), again.Count(known => !known));
    }

    [Fact]
    public async Task Erase_OneIdOfAPerson_ForgetsHimUnderAll()
    {
        await using var bench = await new ArchiveBench(shards: 2).OpenAsync();
        var scattered = LedgerPropertyTests.Scattered(new EventGenerator(83, true).Events(400, users: 10), 83);
        await bench.Ledger.SubmitAsync(scattered, Token);
        await bench.Archiver().RunAsync(Token);
        var ids = await bench.Ledger.IdsOfAsync(scattered[0].User, Token);
        Assert.Equal(4, ids.Count);

        foreach (var id in ids)
        {
            var head = await bench.Eraser().EraseAsync(id, Token);
            await new Erasures(bench.Store).AddAsync(new Erasure(id.ToString(), bench.Eraser().ShardOf(id), head.Entries), Token);
        }

        await bench.Archiver().RunAsync(Token);
        Assert.Empty(bench.Ask("SELECT \"user\"").Intersect(ids.Select(id => id.ToString())));
        Assert.Empty(bench.Ask("SELECT event").Intersect(ids.Select(id => id.ToString())));
        await AgreesAsync(bench);
    }

    private static async Task AgreesAsync(ArchiveBench bench)
    {
        var faults = (await bench.VerifyAsync()).Faults;
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }
}
