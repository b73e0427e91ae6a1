using System.ComponentModel.DataAnnotations;

namespace Experiments.Sdk;

/// <summary>Settings of the SDK; configuration section <c>Experiments</c>. Wrong ones fail when the host starts.</summary>
public sealed class ExperimentsOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Experiments";

    /// <summary>Address of the Experiments service, <c>http</c> or <c>https</c>; a path in it is kept. Required.</summary>
    [Required]
    public Uri? Endpoint { get; set; }

    /// <summary>Key of role <c>app</c>, sent as a bearer token. Default: none, which a service on loopback accepts.</summary>
    public string? ApiKey { get; set; }

    /// <summary>StackExchange.Redis connection string of the service's Redis, to read the snapshot there and hear of changes at once.
    /// Default: none; the snapshot comes over HTTP.</summary>
    public string? Redis { get; set; }

    /// <summary>Prefix of the service's keys in Redis. Default: none.</summary>
    [RegularExpression("^[A-Za-z0-9:._-]*$")]
    public string RedisPrefix { get; set; } = "";

    /// <summary>Time between two looks for a newer snapshot. Default 10 s; 100 ms to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan SnapshotPollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that the host's start waits for the first snapshot. Default 2 s; 0 to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan StartupWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Most events in one request. Default 500; 1 to 10,000, the most that the service takes.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;

    /// <summary>Longest time that an event waits for others to share its request. Default 1 s; 10 ms to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Most events that wait for delivery. Default 100,000; 100 to 10 million. From 80 % on, a growing share of users is shed,
    /// chosen by a hash of the user alone, so that what is left favours no variant.</summary>
    [Range(100, 10_000_000)]
    public int OutboxCapacity { get; set; } = 100_000;

    /// <summary>Longest time for one request to the service. Default 10 s; 100 ms to 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that an awaited call waits to learn a bandit's user's first variant. Default 250 ms; 10 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:10", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ArmWait { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Most users of bandits whose variants are remembered in memory. Default 100,000; 1,000 to 10 million.</summary>
    [Range(1_000, 10_000_000)]
    public int RememberedArms { get; set; } = 100_000;

    /// <summary>Longest time that the host's stop waits for the last events to be delivered. Default 5 s; 0 to 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ShutdownWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Folder that keeps the last snapshot and the undelivered events over restarts; for one service and key, to be shared by
    /// processes of the app. Default: a folder of its own for this service and key in the platform's local application data.</summary>
    public string? Folder { get; set; }

    /// <summary>Whether nothing is written to disk: a restart then loses the last snapshot and the undelivered events. Default false.</summary>
    public bool InMemoryOnly { get; set; }

    /// <summary>Most bytes of undelivered events on disk. Default 256 MiB; 64 KiB to 64 GiB. Filling up sheds users as for
    /// <see cref="OutboxCapacity"/>; the fuller of the two decides.</summary>
    [Range(65_536.0, 68_719_476_736.0)]
    public long OutboxBytes { get; set; } = 256L << 20;

    /// <summary>Whether events written to disk are forced onto the medium, each 200 ms or 100 events: they then survive a loss of power, and
    /// not only the death of the process. Default true.</summary>
    public bool OutboxFsync { get; set; } = true;
}
