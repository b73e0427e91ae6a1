using System.Globalization;
using System.Text;
using Experiments.Api.Store;

namespace Experiments.Api.Tests.Store;

/// <summary>What every store must do. One concrete class per store; each test has a store of its own, empty at first.</summary>
public abstract partial class StoreConformance : IAsyncLifetime
{
    private IStore? _store;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected IStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        _store = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the place of this test's store.</summary>
    private protected virtual ValueTask PrepareAsync() => ValueTask.CompletedTask;

    /// <summary>Opens the store of this test, always in the same place.</summary>
    private protected abstract ValueTask<IStore> OpenAsync();

    private protected virtual ValueTask CleanAsync() => ValueTask.CompletedTask;

    private protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = await OpenAsync();
    }

    private protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private protected static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;

    private protected static StoreCommit Put(string key, string value) => new([new StoreWrite(key, Bytes(value))]);

    private protected static StoreCommit Append(string entry) => new([], Bytes(entry));

    private protected async Task<string?> GetAsync(string shard, string key) =>
        Text((await Store.ReadAsync(shard, [key], Token)).Values[0]);

    /// <summary>Commits on top of whatever version the shard has.</summary>
    private protected async Task<ShardVersion> CommitNowAsync(string shard, StoreCommit commit)
    {
        var read = await Store.ReadAsync(shard, [], Token);
        var version = await Store.CommitAsync(shard, read.Version, commit, Token);
        Assert.NotNull(version);
        return version.Value;
    }

    private protected async Task<(long First, string[] Entries)> LogAsync(string shard, long from = 0, int count = 1000)
    {
        var page = await Store.ReadLogAsync(shard, from, count, Token);
        return (page.First, [.. page.Entries.Select(entry => Text(entry)!)]);
    }

    private protected static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
