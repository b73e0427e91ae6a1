using Experiments.Api.Shared;
using StackExchange.Redis;

namespace Experiments.Api.Store.Redis;

/// <summary>A shard's log: a list, and how many entries were trimmed from its head. A position is that number plus the index.</summary>
internal static class RedisLog
{
    private const CommandFlags Primary = CommandFlags.DemandMaster;

    public static async Task<LogPage> ReadAsync(IDatabase database, RedisKeys.ShardKeys names, long from, int count)
    {
        var trimmed = (long)await database.StringGetAsync(names.Trimmed, Primary).ConfigureAwait(false);
        while (true)
        {
            var first = Math.Max(from, trimmed);
            var transaction = database.CreateTransaction();
            var now = transaction.StringGetAsync(names.Trimmed, Primary);
            var entries = transaction.ListRangeAsync(names.Log, first - trimmed, first - trimmed + count - 1, Primary);
            await transaction.ExecuteAsync(Primary).ConfigureAwait(false);

            var then = trimmed;
            trimmed = (long)await now.ConfigureAwait(false);
            if (trimmed == then)
            {
                return new LogPage(
                    first,
                    Array.ConvertAll(await entries.ConfigureAwait(false), entry => (ReadOnlyMemory<byte>)(byte[])entry!));
            }
        }
    }

    public static async Task TrimAsync(IDatabase database, RedisKeys.ShardKeys names, long before)
    {
        while (true)
        {
            var look = database.CreateTransaction();
            var head = look.StringGetAsync(names.Trimmed, Primary);
            var length = look.ListLengthAsync(names.Log, Primary);
            await look.ExecuteAsync(Primary).ConfigureAwait(false);

            var trimmed = await head.ConfigureAwait(false);
            var first = Math.Min(before, (long)trimmed + await length.ConfigureAwait(false));
            if (first <= (long)trimmed)
            {
                return;
            }

            // Both or none: a list without its head and a number that does not know would give every entry another position.
            var trim = database.CreateTransaction();
            trim.AddCondition(trimmed.IsNull ? Condition.KeyNotExists(names.Trimmed) : Condition.StringEqual(names.Trimmed, trimmed));
            var cut = trim.ListTrimAsync(names.Log, first - (long)trimmed, -1, Primary);
            var count = trim.StringSetAsync(names.Trimmed, first, flags: Primary);
            if (await trim.ExecuteAsync(Primary).ConfigureAwait(false))
            {
                await Task.WhenAll(cut, count).ConfigureAwait(false);
                return;
            }
        }
    }
}
