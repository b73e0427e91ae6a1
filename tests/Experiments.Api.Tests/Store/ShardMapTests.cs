using System.Text;
using Experiments.Api.Store;
using Experiments.Api.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Store;

public sealed class ShardMapTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStore _store;

    public ShardMapTests() => _store = SqliteStore.Open(_folder.Path, NullLogger.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData(3, 3)]
    public async Task Load_NewStore_TakesTheSettingOrTheDefault(int? configured, int expected)
    {
        var map = await LoadAsync(configured);

        Assert.Equal(Enumerable.Range(0, expected).Select(i => $"s{i}"), map.All);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public async Task Load_ExistingStore_KeepsItsNumber(int? configured)
    {
        await LoadAsync(7);

        Assert.Equal(7, (await LoadAsync(configured)).All.Count);
    }

    [Fact]
    public async Task Load_AnotherNumberThanTheStores_IsRefusedWithBoth()
    {
        await LoadAsync(7);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => LoadAsync(8));
        Assert.Contains("is 8", refused.Message, StringComparison.Ordinal);
        Assert.Contains("set it to 7", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_BeforeLoad_SaysWhatIsMissing() =>
        Assert.Contains(
            "LoadAsync",
            Assert.Throws<InvalidOperationException>(() => new ShardMap(_store, null, 4).All).Message,
            StringComparison.Ordinal);

    /// <summary>Golden: a change of the hash would move users away from their records.</summary>
    [Theory]
    [InlineData("user-1", "s2")]
    [InlineData("user-2", "s2")]
    [InlineData("user-3", "s1")]
    [InlineData("", "s2")]
    public async Task ShardOf_KnownUser_NeverMoves(string user, string shard) =>
        Assert.Equal(shard, (await LoadAsync(4)).ShardOf(Encoding.UTF8.GetBytes(user)));

    [Fact]
    public async Task ShardOf_ManyUsers_SpreadsThemEvenly()
    {
        var map = await LoadAsync(4);

        var users = Enumerable.Range(0, 10_000).CountBy(i => map.ShardOf(BitConverter.GetBytes(i)));

        // 2,500 expected, standard deviation 43: a band of six of them.
        Assert.All(users, shard => Assert.InRange(shard.Value, 2240, 2760));
    }

    private async Task<ShardMap> LoadAsync(int? configured)
    {
        var map = new ShardMap(_store, configured, atCreation: 4);
        await map.LoadAsync(Token);
        await map.LoadAsync(Token);
        return map;
    }
}
