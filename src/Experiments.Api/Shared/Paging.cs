using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Experiments.Api.Shared;

/// <summary>One page of a list; <paramref name="Next"/> is the cursor of the next, null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Pages by cursor: stable while items are added, because the order is by time of creation, then key.</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int LargestLimit = 200;

    public static Page<TView> Page<TItem, TView>(
        IEnumerable<TItem> items, Func<TItem, (DateTimeOffset At, string Key)> order, Func<TItem, TView> view, int? limit, string? cursor)
    {
        var count = Limit(limit);
        var sorted = items.Select(item => (Item: item, Order: order(item)))
            .OrderBy(p => p.Order.At).ThenBy(p => p.Order.Key, StringComparer.Ordinal);
        var after = cursor is null ? default((long Ticks, string Key)?) : Decode(cursor);
        var rest = sorted
            .Where(p => after is not { } a || IsAfter(p.Order, a))
            .Take(count + 1).ToList();
        var next = rest.Count > count ? Encode(rest[count - 1].Order) : null;
        return new Page<TView>([.. rest.Take(count).Select(p => view(p.Item))], next);
    }

    public static int Limit(int? limit) => limit switch
    {
        null => DefaultLimit,
        >= 1 and <= LargestLimit => limit.Value,
        _ => throw Problems.Invalid("invalid-limit", $"'limit' must be 1 to {LargestLimit}.", ("limit", $"must be 1 to {LargestLimit}")),
    };

    public static ProblemException InvalidCursor() =>
        Problems.Invalid("invalid-cursor", "'cursor' must be the 'next' of an earlier page.", ("cursor", "must be the 'next' of an earlier page"));

    private static bool IsAfter((DateTimeOffset At, string Key) order, (long Ticks, string Key) after) =>
        order.At.UtcTicks > after.Ticks
        || (order.At.UtcTicks == after.Ticks && string.CompareOrdinal(order.Key, after.Key) > 0);

    private static string Encode((DateTimeOffset At, string Key) order) => Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{order.At.UtcTicks}|{order.Key}")));

    private static (long Ticks, string Key) Decode(string cursor)
    {
        if (!Base64Url.IsValid(cursor)) throw InvalidCursor();
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|', 2);
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? (ticks, parts[1])
            : throw InvalidCursor();
    }
}
