using System.Globalization;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Microsoft.Data.Sqlite;

namespace Experiments.Api.Tests.Catalog;

/// <summary>Somebody with a SQL client changes the stored chain behind the service's back; <c>GET /v1/audit/verify</c> says so.</summary>
public sealed class AuditTamperingTests : IAsyncDisposable
{
    private const string Catalogue = "shard = (SELECT id FROM shards WHERE name = CAST('catalog' AS BLOB))";

    private readonly TemporaryFolder _folder = new();
    private readonly ApiHost _api;

    public AuditTamperingTests() => _api = new ApiHost(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("a byte flipped", $"UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), 'kpi.create', 'kpi.creatf') AS BLOB) WHERE position = 0 AND {Catalogue}", 1)]
    [InlineData("an entry deleted", $"DELETE FROM log WHERE position = 1 AND {Catalogue}", 2)]
    [InlineData("the first deleted", $"DELETE FROM log WHERE position = 0 AND {Catalogue}", 1)]
    [InlineData("the last deleted", $"DELETE FROM log WHERE position = 2 AND {Catalogue}", 3)]
    [InlineData("two swapped", $"UPDATE log SET position = -1 WHERE position = 0 AND {Catalogue}; UPDATE log SET position = 0 WHERE position = 1 AND {Catalogue}; UPDATE log SET position = 1 WHERE position = -1 AND {Catalogue}", 1)]
    [InlineData("one repeated", $"UPDATE log SET entry = (SELECT entry FROM log WHERE position = 1 AND {Catalogue}) WHERE position = 2 AND {Catalogue}", 3)]
    public async Task Verify_TamperedStore_IsNotValidAndTellsTheEntry(string what, string sql, int entry)
    {
        await _api.DraftAsync();
        Assert.True((await VerifyAsync()).GetProperty("valid").GetBoolean());
        Execute(sql);
        var verified = await VerifyAsync();
        Assert.False(verified.GetProperty("valid").GetBoolean(), what);
        Assert.StartsWith($"Entry {entry} ", verified.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_TailCutOffWithItsHead_ShowsOnlyToWhoNotedTheHead()
    {
        await _api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        var first = await VerifyAsync();
        await _api.CreateAsync("/v1/hypotheses", ApiHost.Hypothesis);
        var noted = await VerifyAsync();
        Assert.True((await VerifyAsync(noted)).GetProperty("valid").GetBoolean());

        // Cut off as a forger would who knows the store: the number of commits and the stored head with it.
        Execute($"DELETE FROM log WHERE position = 1 AND {Catalogue}; UPDATE shards SET version = 1, log_next = 1 WHERE name = CAST('catalog' AS BLOB)");
        WriteHead(first);
        Assert.True((await VerifyAsync()).GetProperty("valid").GetBoolean());
        Assert.True((await VerifyAsync(first)).GetProperty("valid").GetBoolean());
        var told = await VerifyAsync(noted);
        Assert.False(told.GetProperty("valid").GetBoolean());
        Assert.Equal("The chain once had 2 entries: those at its end are gone.", told.GetProperty("problem").GetString());
    }

    [Fact]
    public async Task Verify_ChainGrownOrWrittenAnew_IsComparedWithTheNotedHead()
    {
        await _api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        var noted = await VerifyAsync();
        await _api.CreateAsync("/v1/hypotheses", ApiHost.Hypothesis);
        var grown = await VerifyAsync(noted);
        Assert.True(grown.GetProperty("valid").GetBoolean());
        Assert.Equal(2, grown.GetProperty("entries").GetInt64());

        await using var other = new ApiHost();
        await other.CreateAsync("/v1/kpis", ApiHost.Kpi);
        var anew = (await other.GetAsync(Query(noted))).Json;
        Assert.False(anew.GetProperty("valid").GetBoolean());
        Assert.Equal("Entry 1 had another hash: the chain was written anew.", anew.GetProperty("problem").GetString());
        Assert.True((await other.GetAsync($"/v1/audit/verify?entries=0&head={CatalogEntry.NoHash}")).Json.GetProperty("valid").GetBoolean());
    }

    [Theory]
    [InlineData("?entries=1")]
    [InlineData("?head=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("?entries=-1&head=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("?entries=1&head=abc")]
    public async Task Verify_HalfAHead_IsRefused(string query) =>
        (await _api.GetAsync("/v1/audit/verify" + query)).IsProblem(400, "invalid-head", "head");

    [Fact]
    public async Task Verify_AfterAUserWasErased_TheChainIsWhole()
    {
        await _api.DraftAsync();
        await _api.PostAsync("/v1/experiments/spring-email/start");
        var noted = await VerifyAsync();
        await _api.PostAsync("/v1/events",
            """{"events":[{"id":"1","type":"exposure","user":"somebody","experiment":"spring-email","variant":"mens"}]}""");
        Assert.Equal(204, (int)(await _api.DeleteAsync("/v1/users/somebody")).Status);
        var verified = await VerifyAsync(noted);
        Assert.True(verified.GetProperty("valid").GetBoolean());
        Assert.Equal(5, verified.GetProperty("entries").GetInt64());
        Assert.DoesNotContain("somebody", (await _api.GetAsync("/v1/audit")).Text, StringComparison.Ordinal);
    }

    private async Task<JsonElement> VerifyAsync(JsonElement? earlier = null) =>
        (await _api.GetAsync(earlier is { } noted ? Query(noted) : "/v1/audit/verify")).Json;

    private static string Query(JsonElement noted) => string.Create(CultureInfo.InvariantCulture,
        $"/v1/audit/verify?entries={noted.GetProperty("entries").GetInt64()}&head={noted.GetProperty("head").GetString()}");

    private void WriteHead(JsonElement noted)
    {
        var head = new CatalogHead(noted.GetProperty("entries").GetInt64(), noted.GetProperty("head").GetString()!);
        Execute($"UPDATE entries SET value = $value WHERE key = CAST('head' AS BLOB) AND {Catalogue}", JsonSerializer.SerializeToUtf8Bytes(head, ApiJson.Stored));
    }

    private void Execute(string sql, byte[]? value = null)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "experiments.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (value is not null) command.Parameters.AddWithValue("$value", value);
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }
}
