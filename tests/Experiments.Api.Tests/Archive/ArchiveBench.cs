using DuckDB.NET.Data;
using Experiments.Api.Archive;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Looks;
using Experiments.Api.Store;
using Experiments.Api.Store.Sqlite;
using Experiments.Api.Tests.Events.Ledger;
using Experiments.Api.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Experiments.Api.Tests.Archive;

/// <summary>A ledger on a real store with the archive behind it; parts are made anew as after a crash.</summary>
internal sealed class ArchiveBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStore _sqlite;
    private LedgerBench? _ledger;

    public ArchiveBench(int shards = 2)
    {
        _sqlite = SqliteStore.Open(Path.Combine(_folder.Path, "store"), NullLogger.Instance);
        Store = _sqlite;
        Shards = shards;
        Folder = new ArchiveFolder(Path.Combine(_folder.Path, "archive"));
    }

    public FakeTimeProvider Clock { get; } = new(LedgerBench.Start.AddDays(30));

    public IStore Store { get; }

    public int Shards { get; }

    public ArchiveFolder Folder { get; }

    public ShardMap Map { get; private set; } = null!;

    public EventLedger Ledger => _ledger!.Ledger;

    public async Task<ArchiveBench> OpenAsync()
    {
        _ledger = await new LedgerBench(Store, Shards).OpenAsync(Clock);
        Map = new ShardMap(Store, null, Shards);
        await Map.LoadAsync(CancellationToken.None);
        return this;
    }

    public Archiver Archiver(IStore? store = null, ArchiveOptions? options = null)
    {
        store ??= Store;
        var schema = new LedgerBench.SchemaSource();
        return new Archiver(
            store, Map, States(store), new Erasures(store), Folder, schema,
            new ServiceCopy(store, Map, new CatalogStore(store, Clock, NullLogger<CatalogStore>.Instance), new LookStore(store)), new StoreCompleteness(), Clock,
            Options.Create(options ?? new ArchiveOptions()), NullLogger<Archiver>.Instance);
    }

    public ArchiveStateStore States(IStore? store = null) => new(store ?? Store, Clock);

    public UserEraser Eraser() => new(Store, Map, new LedgerBench.SchemaSource());

    public Task<VerificationReport> VerifyAsync() =>
        new Verification(
            Store, Map, States(), new Erasures(Store), Folder, new LedgerBench.SchemaSource(), Clock, NullLogger<Verification>.Instance)
            .RunAsync((_, _) => { }, CancellationToken.None);

    public Task<VerificationReport> RebuildAsync(IStore store, ShardMap map) => new Rebuilding(
        store, map, States(store), new Erasures(store), Folder, new CatalogStore(store, Clock, NullLogger<CatalogStore>.Instance),
        new LookStore(store), new LedgerBench.SchemaSource(), Clock, NullLogger<Rebuilding>.Instance)
        .RunAsync((_, _) => { }, CancellationToken.None);

    public Task<string?> ProofAsync(IStore? store = null, ShardMap? map = null) => new StoreProof(
        store ?? Store, map ?? Map, States(store), Folder, new StoreCompleteness(), NullLogger<StoreProof>.Instance)
        .ProblemAsync(CancellationToken.None);

    /// <summary>What an analyst sees: the query of the documentation.</summary>
    public List<string> Ask(string select)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"{select} FROM read_parquet('{Folder.Path}/day=*/*.parquet')";
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) values.Add(reader.GetValue(0).ToString()!);
        return values;
    }

    public async ValueTask DisposeAsync()
    {
        if (_ledger is not null) await _ledger.DisposeAsync();
        await _sqlite.DisposeAsync();
        _folder.Dispose();
    }
}
