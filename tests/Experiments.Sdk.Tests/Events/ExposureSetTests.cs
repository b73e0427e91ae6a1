using Experiments.Sdk.Events;

namespace Experiments.Sdk.Tests.Events;

public sealed class ExposureSetTests
{
    [Fact]
    public void Add_Twice_OnlyTheFirstIsNew()
    {
        var set = new ExposureSet();
        var random = new Random(3);
        var hashes = Enumerable.Range(0, 90_000).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue)).Append(0UL).ToList();
        Assert.All(hashes, hash => Assert.True(set.Add(hash)));
        Assert.All(hashes, hash => Assert.True(set.Contains(hash)));
        Assert.All(hashes, hash => Assert.False(set.Add(hash)));
    }

    [Fact]
    public void Add_BeyondTheBound_KeepsWhatIsInUse()
    {
        var set = new ExposureSet(maximumSlots: 1024);
        var random = new Random(3);
        set.Add(42);
        for (var i = 0; i < 100_000; i++)
        {
            set.Add((ulong)random.NextInt64());
            Assert.True(set.Contains(42));
        }
    }

    [Fact]
    public void Add_ManyThreads_EachHashNewOnce()
    {
        // Without growth or change of generation the count is exact.
        var set = new ExposureSet();
        var news = 0;
        Parallel.For(0, 4, _ =>
        {
            for (var hash = 1UL; hash <= 2000; hash++)
            {
                if (set.Add(hash * 0x9E3779B97F4A7C15)) Interlocked.Increment(ref news);
            }
        });
        Assert.Equal(2000, news);
    }
}
