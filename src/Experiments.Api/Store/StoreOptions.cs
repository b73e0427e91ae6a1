using System.ComponentModel.DataAnnotations;

namespace Experiments.Api.Store;

/// <summary>Where the store is; section "Experiments" of the configuration.</summary>
internal sealed class StoreOptions
{
    public const string Section = "Experiments";

    /// <summary>Folder of the embedded store; relative to the content root. Unused with <see cref="Redis"/>.</summary>
    [Required]
    public string Data { get; set; } = "data";

    /// <summary>Connection string of StackExchange.Redis, with several endpoints for a cluster; null for the embedded store.</summary>
    public string? Redis { get; set; }

    /// <summary>Put before every key in Redis, so that several installations share one server.</summary>
    [RegularExpression("^[A-Za-z0-9:._-]*$", ErrorMessage = "Experiments:RedisPrefix may hold letters, digits and : . _ - only.")]
    public string RedisPrefix { get; set; } = "";

    /// <summary>Whether a Redis that may lose data (no append-only file, or eviction) is accepted: for development only.</summary>
    public bool AllowVolatile { get; set; }

    /// <summary>Replicas of each Redis primary that must have a commit before it is acknowledged (WAIT); 0: none. Fewer answer: 503.</summary>
    [Range(0, 10)]
    public int RedisReplicas { get; set; }

    /// <summary>Number of shards that users are spread over, fixed when the store is created; null: what the store has, or at its
    /// creation 1 when embedded and 4 on Redis.</summary>
    [Range(1, 256)]
    public int? Shards { get; set; }
}
