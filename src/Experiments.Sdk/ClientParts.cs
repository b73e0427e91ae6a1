using Experiments.Sdk.Arms;
using Experiments.Sdk.Events;
using Experiments.Sdk.Snapshots;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk;

/// <summary>The parts behind <see cref="ExperimentsClient"/>, and their life: started once, stopped once.</summary>
internal sealed class ClientParts : IAsyncDisposable
{
    private readonly ExperimentsOptions _options;
    private readonly SnapshotRefresher _refresher;
    private readonly EventSender _sender;
    private readonly Journal? _journal;
    private readonly ServiceClient _service;
    private readonly RedisLink? _redis;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _life = new();
    private Task? _running;
    private Task? _stopped;

    /// <param name="clients">Makes the clients for the service.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="clock">Tells the time of events and the delays.</param>
    /// <param name="loggers">For the SDK's messages.</param>
    /// <param name="seed">Of the ids of events and of the jitter; a new GUID in an app.</param>
    public ClientParts(IHttpClientFactory clients, ExperimentsOptions options, TimeProvider clock, ILoggerFactory loggers, Guid seed)
    {
        _options = options;
        Clock = clock;
        Logger = loggers.CreateLogger<ExperimentsClient>();
        var folder = DataFolder.Of(options, Logger);
        Snapshots = new SnapshotHolder(folder is null ? null : new SnapshotFile(folder), clock, Logger);
        Outbox = new Outbox(options.OutboxCapacity, options.OutboxBytes, new EventIds(seed), Telemetry, Logger);
        _journal = folder is null ? null : new Journal(folder, Outbox, options.OutboxFsync, clock, Logger);
        Telemetry.Observe(() => Outbox.Counts.Waiting, () => Snapshots.AgeSeconds);

        _service = new ServiceClient(clients, options, clock);
        var jitter = seed.GetHashCode();
        _sender = new EventSender((IEventQueue?)_journal ?? new MemoryQueue(Outbox, Logger), _service, options, clock, new RetryDelay(new Random(jitter)), Telemetry, Logger);
        _redis = options.Redis is { } redis ? new RedisLink(redis, options.RedisPrefix, loggers) : null;
        Arms = new StickyArms(
            _redis is null ? new HttpArmStore(_service) : new RedisArmStore(_redis, options.RedisPrefix),
            options.RememberedArms, options.ArmWait, clock, Logger);
        ISnapshotSource http = new HttpSnapshotSource(_service, clock);
        _refresher = new SnapshotRefresher(
            Snapshots, _redis is null ? [http] : [new RedisSnapshotSource(_redis, options.RedisPrefix), http], options.SnapshotPollInterval, clock, new RetryDelay(new Random(jitter)), Logger);
        if (_redis is not null) _redis.Changed += _refresher.Notify;
    }

    public TimeProvider Clock { get; }

    public ILogger Logger { get; }

    public Telemetry Telemetry { get; } = new();

    public SnapshotHolder Snapshots { get; }

    public Outbox Outbox { get; }

    /// <summary>First arms of bandits' users.</summary>
    public StickyArms Arms { get; }

    /// <summary>Whether undelivered events outlive the process.</summary>
    public bool IsDurable => _journal is not null;

    /// <summary>Starts the background work, once.</summary>
    public void Start()
    {
        lock (_life)
        {
            if (_running is not null || _stopped is not null) return;
            Snapshots.OfferStored();
            _running = Task.WhenAll(
                Task.Run(() => _refresher.RunAsync(_stopping.Token)),
                Task.Run(() => Arms.RunAsync(_stopping.Token)),
                Task.Run(DeliverAsync));
        }
    }

    /// <summary>Starts, and waits for the first snapshot as long as the options allow.</summary>
    public async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        Start();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Snapshots.Ready, Task.Delay(_options.StartupWait, Clock, timeout.Token)).ConfigureAwait(false);
        await timeout.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return Snapshots.Current.Version >= 0;
    }

    /// <summary>Delivers what waits, within the time allowed, and ends the background work, once.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_life) return _stopped ??= StopOnceAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        if (_redis is not null) await _redis.DisposeAsync().ConfigureAwait(false);
        _service.Dispose();
        Telemetry.Dispose();
        _stopping.Dispose();
        _abort.Dispose();
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        Outbox.Close();
        await _stopping.CancelAsync().ConfigureAwait(false);
        using var timeout = new CancellationTokenSource(_options.ShutdownWait, Clock);
        using var onTimeout = timeout.Token.Register(_abort.Cancel);
        using var onToken = cancellationToken.Register(_abort.Cancel);

        // Without a host nobody may have started it: what was tracked is delivered all the same.
        var running = _running ?? (Outbox.Counts.Waiting > 0 ? DeliverAsync() : Task.CompletedTask);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var lost = Outbox.DropAll(_journal is not null, _journal?.Close() ?? 0);
        if (lost > 0) Logger.EventsLostAtStop(lost);
        if (Outbox.Counts.Waiting is > 0 and var left) Logger.EventsWaitOnDisk(left);
    }

    private Task DeliverAsync() =>
        Task.WhenAll(_journal?.RunAsync() ?? Task.CompletedTask, _sender.RunAsync(_stopping.Token, _abort.Token));
}
