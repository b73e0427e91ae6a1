using System.Net.Http.Headers;
using Experiments.Sdk.Events;

namespace Experiments.Sdk.Tests.Events;

public sealed class RetryDelayTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_SameSeed_SameDelaysBelowADoublingCeiling()
    {
        var one = new RetryDelay(new Random(1));
        var two = new RetryDelay(new Random(1));
        for (var attempt = 1; attempt < 100; attempt++)
        {
            var delay = one.Next(attempt, null);
            Assert.Equal(delay, two.Next(attempt, null));
            Assert.InRange(delay.TotalSeconds, 0, Math.Min(30, 0.5 * Math.Pow(2, attempt - 1)));
        }
    }

    [Fact]
    public void Next_ServiceAsksForTime_NeverSooner()
    {
        var delay = new RetryDelay(new Random(1)).Next(1, TimeSpan.FromSeconds(20));
        Assert.InRange(delay.TotalSeconds, 20, 22);
    }

    [Fact]
    public void Asked_SecondsOrDate_BoundedAndNeverNegative()
    {
        Assert.Null(RetryDelay.Asked(null, Now));
        Assert.Equal(TimeSpan.FromSeconds(3), RetryDelay.Asked(new RetryConditionHeaderValue(TimeSpan.FromSeconds(3)), Now));
        Assert.Equal(TimeSpan.FromSeconds(9), RetryDelay.Asked(new RetryConditionHeaderValue(Now.AddSeconds(9)), Now));
        Assert.Equal(TimeSpan.Zero, RetryDelay.Asked(new RetryConditionHeaderValue(Now.AddSeconds(-9)), Now));
        Assert.Equal(TimeSpan.FromMinutes(10), RetryDelay.Asked(new RetryConditionHeaderValue(TimeSpan.FromDays(9)), Now));
    }
}
