using Experiments.Sdk.Events;

namespace Experiments.Sdk.Tests.Events;

public sealed class EventIdsTests
{
    [Fact]
    public void Next_ManyThreads_UniqueVersion7OfTheTime()
    {
        var ids = new EventIds(Guid.NewGuid());
        var at = new DateTimeOffset(2026, 11, 24, 10, 0, 0, 123, TimeSpan.Zero);
        var made = new Guid[4][];
        Parallel.For(0, 4, thread => made[thread] = [.. Enumerable.Range(0, 50_000).Select(_ => ids.Next(at))]);

        var all = made.SelectMany(part => part).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all.Take(100), id =>
        {
            Assert.Equal(7, id.Version);
            Assert.InRange(id.Variant, 8, 11);
            Assert.Equal(Guid.CreateVersion7(at).ToString("N")[..12], id.ToString("N")[..12]);
        });
    }
}
