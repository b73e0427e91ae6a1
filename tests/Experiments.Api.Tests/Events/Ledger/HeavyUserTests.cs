using System.Globalization;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Tests.Archive;

namespace Experiments.Api.Tests.Events.Ledger;

public sealed class HeavyUserTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_UserOf100000Events_IsQuarantinedBoundedAndRecountedAsSuch()
    {
        await using var bench = await new ArchiveBench(shards: 1).OpenAsync();
        var machine = new UserKey(7);
        var at = LedgerBench.Start.UtcTicks;
        await bench.Ledger.SubmitAsync([Exposure(machine, at), Exposure(new UserKey(8), at)], Token);
        for (var batch = 0; batch < 50; batch++)
        {
            await bench.Ledger.SubmitAsync(
                [.. Enumerable.Range(batch * 2000, 2000).Select(i => new KpiEvent
                {
                    Id = i.ToString(CultureInfo.InvariantCulture),
                    User = machine,
                    At = at + i,
                    Event = "purchase",
                    Value = 1,
                })], Token);
        }

        var moments = await new MomentsReader(bench.Store, bench.Map).ReadAsync(LedgerBench.Layout, Token);
        Assert.Equal(1, moments.Automated);
        Assert.Equal(1, moments.Exposed(0, 0));
        Assert.Equal(0, moments.Current(1, 0, 0).Sum.Value);
        var record = (await bench.Store.ReadAsync("s0", [machine.StoreKey], Token)).Values[0]!.Value;
        Assert.True(record.Length < 1000, $"{record.Length} bytes are kept of him.");

        await bench.Archiver().RunAsync(Token);
        Assert.Equal("100002", bench.Ask("SELECT count(*)")[0]);
        Assert.Empty((await bench.VerifyAsync()).Faults);
    }

    private static ExposureEvent Exposure(UserKey user, long at) => new()
    {
        Id = $"x{user}",
        User = user,
        At = at,
        Target = LedgerBench.Target,
        Variant = 0,
        Epoch = 0,
        Breakdowns = ["web"],
    };
}
