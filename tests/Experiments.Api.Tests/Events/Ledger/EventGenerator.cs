using System.Globalization;
using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Tests.Events.Ledger;

/// <summary>Random events with everything that makes order matter to a careless ledger: ties, early conversions, second variants.</summary>
internal sealed class EventGenerator(int seed, bool wholeNumbers)
{
    private static readonly string[] Names = ["visit", "purchase", "click", "page", "uncounted"];
    private static readonly string?[] Channels = ["web", "store", null];

    private readonly Random _random = new(seed);

    public List<LedgerEvent> Events(int count, int users)
    {
        var events = new List<LedgerEvent>(count);
        for (var i = 0; i < count; i++) events.Add(Next(i, users));
        return events;
    }

    /// <summary>The same events in another order, some more than once, cut into batches of at most <paramref name="largest"/>.</summary>
    public IEnumerable<List<LedgerEvent>> Disturb(IReadOnlyList<LedgerEvent> events, int largest = 59)
    {
        var all = events.Concat(events.Where(_ => _random.Next(4) == 0)).ToArray();
        _random.Shuffle(all);
        for (var i = 0; i < all.Length;)
        {
            var size = Math.Min(_random.Next(1, largest + 1), all.Length - i);
            yield return [.. all[i..(i + size)]];
            i += size;
        }
    }

    private LedgerEvent Next(int i, int users)
    {
        var user = new UserKey((UInt128)(ulong)_random.Next(users) * 0x9E3779B97F4A7C15);

        // Whole minutes in three days: many events of a user fall on the same instant.
        var at = LedgerBench.Start.AddMinutes(_random.Next(0, 3 * 24 * 60)).UtcTicks;
        var id = i.ToString(CultureInfo.InvariantCulture);
        if (_random.Next(3) == 0)
        {
            return new ExposureEvent
            {
                Id = id,
                User = user,
                At = at,
                Target = LedgerBench.Target,
                Epoch = _random.Next(2),
                Variant = _random.Next(12) == 0 ? _random.Next(3) : (int)((ulong)user.Value % 3),
                Breakdowns = [Channels[_random.Next(3)]],
            };
        }

        var value = wholeNumbers ? _random.Next(-3, 100) : Math.Round(_random.NextDouble() * 100, 2);
        return new KpiEvent { Id = id, User = user, At = at, Event = Names[_random.Next(Names.Length)], Value = value };
    }
}
