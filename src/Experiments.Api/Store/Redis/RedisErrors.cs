using StackExchange.Redis;

namespace Experiments.Api.Store.Redis;

/// <summary>What errors of Redis mean to whoever runs the service.</summary>
internal static class RedisErrors
{
    private const string Wait = "The service goes on by itself when Redis is back.";

    // The first word of a server's error is its code. A full memory or disk, a failover, a start: all pass, with or without help.
    private static readonly Dictionary<string, string> Passing = new(StringComparer.Ordinal)
    {
        ["LOADING"] = $"Redis is loading its data. {Wait}",
        ["READONLY"] = $"Redis is a replica, or a failover is under way. {Wait} If it stays: name the primary in Experiments:Redis.",
        ["MASTERDOWN"] = $"Redis has lost its primary. {Wait}",
        ["MOVED"] = $"The Redis cluster is moving slots. {Wait}",
        ["ASK"] = $"The Redis cluster is moving slots. {Wait}",
        ["TRYAGAIN"] = $"The Redis cluster is moving slots. {Wait}",
        ["CLUSTERDOWN"] = $"The Redis cluster is down or misses slots. {Wait} See CLUSTER INFO.",
        ["NOREPLICAS"] = $"Redis has fewer replicas than min-replicas-to-write asks for. {Wait}",
        ["BUSY"] = $"Redis is busy with a script. {Wait}",
        ["OOM"] = "Redis has no memory left: raise maxmemory.",
        ["MISCONF"] = "Redis cannot write to its disk: free some space, and look at its log.",
        ["EXECABORT"] = "Redis refused a transaction: its memory or disk may be full, or a failover is under way. Look at its log.",
    };

    /// <summary>The error as the border names it, or null when it is a defect of ours that must show as it is.</summary>
    public static Exception? Translate(Exception exception) => exception switch
    {
        RedisConnectionException connection when IsAuthentication(connection) =>
            new StoreRefusedException("Redis refused the user or the password of Experiments:Redis.", exception),
        RedisConnectionException =>
            new StoreUnavailableException($"Redis cannot be reached. {Wait} Is it running, and right in Experiments:Redis?", exception),
        RedisTimeoutException =>
            new StoreUnavailableException($"Redis did not answer in time: it is overloaded, or the network fails. {Wait}", exception),
        RedisServerException server => FromServer(server),
        RedisCommandException command when command.Message.Contains("replica", StringComparison.OrdinalIgnoreCase) =>
            new StoreUnavailableException(Passing["READONLY"], exception),
        _ => null,
    };

    /// <summary>The cause of "no connection is available" is told one or two levels further in.</summary>
    private static bool IsAuthentication(Exception? exception) => exception is not null
        && (exception is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
            || IsAuthentication(exception.InnerException));

    private static Exception? FromServer(RedisServerException exception)
    {
        var code = exception.Message.Split(' ', 2)[0];
        return code switch
        {
            "NOAUTH" or "WRONGPASS" or "NOPERM" => new StoreRefusedException(
                "Redis refused the user or the password of Experiments:Redis, or the user lacks the right to a command.", exception),
            _ => Passing.TryGetValue(code, out var message) ? new StoreUnavailableException(message, exception) : null,
        };
    }
}
