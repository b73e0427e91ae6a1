using System.Text;
using Experiments.Api.Catalog;
using Experiments.Api.Store;
using Experiments.Api.Tests.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Catalog;

public sealed class AuditTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_Untouched_IsValidAndTellsTheHead()
    {
        await using var api = new ApiHost();
        Assert.Equal(
            $$"""{"valid":true,"entries":0,"head":"{{new string('0', 64)}}"}""", (await api.GetAsync("/v1/audit/verify")).Text);
        await api.DraftAsync();
        Assert.Equal(
            $$"""{"valid":true,"entries":3,"head":"{{api.Catalog.State.Head}}"}""", (await api.GetAsync("/v1/audit/verify")).Text);
    }

    [Fact]
    public async Task List_TellsWhoWhatWhenAndWhy()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync("/v1/experiments/spring-email/start");
        await api.PostAsync("/v1/experiments/spring-email/stop", """{"reason":"budget"}""");
        var page = (await api.GetAsync("/v1/audit?limit=4")).Json;
        Assert.Equal(
            ["kpi.create", "hypothesis.create", "experiment.create", "experiment.start"],
            page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("action").GetString()));
        var last = (await api.GetAsync($"/v1/audit?limit=4&cursor={page.GetProperty("next").GetString()}")).Json;
        var stop = Assert.Single(last.GetProperty("items").EnumerateArray().ToList());
        Assert.Null(last.GetProperty("next").GetString());
        Assert.Equal("budget", stop.GetProperty("reason").GetString());
        Assert.Equal("local", stop.GetProperty("by").GetString());
        Assert.Equal("2026-11-24T10:00:00Z", stop.GetProperty("at").GetString());
        Assert.Equal(3, stop.GetProperty("documents")[0].GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task Verify_EveryByteFlipped_Shows()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        var store = api.Services.GetRequiredService<IStore>();
        var entries = (await store.ReadLogAsync(CatalogStore.Shard, 0, 10, Token)).Entries;
        for (var position = 0; position < entries[1].Length; position++)
        {
            var bytes = entries[1].ToArray();
            bytes[position] ^= 1;
            Assert.False((await VerifyAsync(store, [entries[0], bytes, entries[2]])).Valid, $"byte {position} of {Encoding.UTF8.GetString(bytes)}");
        }
    }

    [Fact]
    public async Task Verify_EntryRemovedSwappedOrRepeated_Shows()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        var store = api.Services.GetRequiredService<IStore>();
        var e = (await store.ReadLogAsync(CatalogStore.Shard, 0, 10, Token)).Entries;
        Assert.True((await VerifyAsync(store, [e[0], e[1], e[2]])).Valid);
        Assert.False((await VerifyAsync(store, [e[0], e[2]])).Valid);
        Assert.False((await VerifyAsync(store, [e[0], e[1]])).Valid);
        Assert.False((await VerifyAsync(store, [e[1], e[2]])).Valid);
        Assert.False((await VerifyAsync(store, [e[1], e[0], e[2]])).Valid);
        Assert.False((await VerifyAsync(store, [e[0], e[1], e[1]])).Valid);
        Assert.Contains("Entry 2", (await VerifyAsync(store, [e[0], e[2], e[1]])).Problem!, StringComparison.Ordinal);
    }

    private static Task<AuditVerification> VerifyAsync(IStore store, IReadOnlyList<ReadOnlyMemory<byte>> entries) =>
        AuditChain.VerifyAsync(new Tampered(store, entries), null, Token);

    private sealed class Tampered(IStore inner, IReadOnlyList<ReadOnlyMemory<byte>> entries) : DelegatingStore(inner)
    {
        public override Task<LogPage> ReadLogAsync(string shard, long from, int count, CancellationToken cancellationToken) =>
            Task.FromResult(new LogPage(from, [.. entries.Skip((int)from).Take(count)]));
    }
}
