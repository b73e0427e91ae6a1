using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Promotion;

/// <summary>Two services on one Redis, one clock: what both decide at once is done once, from the first weights to the demotion.</summary>
public sealed class TwoServicesTests(SharedRedis redis)
{
    [Fact]
    public async Task TwoDeciders_OverTheWholeLifeOfABandit_ActAsOne()
    {
        var (connection, prefix) = (await redis.ConnectionStringAsync(), SharedRedis.NewPrefix());
        await using var first = new ApiHost { Redis = connection, RedisPrefix = prefix };
        await using var second = new ApiHost { Redis = connection, RedisPrefix = prefix, Clock = first.Clock };
        var (one, two) = (new ApiClient(first.CreateClient()), new ApiClient(second.CreateClient()));
        await BanditTests.DefineAsync(one, PracticeLifeTests.Decision);

        // The second service gives the snapshot, the first takes the events.
        var world = new World(two, "checkout.button", "order", value => value == "green" ? 0.15 : 0.06, seed: 21) { To = one };
        await PracticeLifeTests.UntilPromotedAsync(first, one, world);
        world.Rate = value => value == "green" ? 0.05 : 0.09;
        for (var day = 0; day < 40 && (await PracticeLifeTests.PracticeAsync(two)).Text("state") == "active"; day++)
        {
            await PracticeLifeTests.DayAsync(first, one, world, 1200);
        }

        Assert.Equal("contested", (await PracticeLifeTests.PracticeAsync(one)).Text("state"));
        await HappenedOnceAsync(one);
        await HappenedOnceAsync(two);
        Assert.Equal((await one.GetAsync("/v1/audit/verify")).Text("head"), (await two.GetAsync("/v1/audit/verify")).Text("head"));
    }

    private static async Task HappenedOnceAsync(ApiClient api)
    {
        var decisions = await PracticeLifeTests.DecisionsAsync(api);
        Assert.Equal("promote", Assert.Single(decisions, d => d.Text("action") == "promote").Text("action"));
        Assert.Equal("demote", Assert.Single(decisions, d => d.Text("action") == "demote").Text("action"));
        var reweights = decisions.Where(d => d.Text("action") == "reweight").Select(d => d.GetProperty("evidence")).ToList();
        Assert.NotEmpty(reweights);

        // Each step starts from the table that the one before left: no epoch was made twice, none was lost.
        Assert.Equal(Enumerable.Range(0, reweights.Count), reweights.Select(e => e.GetProperty("fromEpoch").GetInt32()));
        for (var i = 1; i < reweights.Count; i++)
        {
            Assert.Equal(reweights[i - 1].GetProperty("newBuckets").GetRawText(), reweights[i].GetProperty("oldBuckets").GetRawText());
        }

        var epochs = (await api.GetAsync("/v1/best-practices/button")).GetProperty("epochs").EnumerateArray().Select(e => e.GetProperty("id").GetInt32()).ToList();
        Assert.Equal(Enumerable.Range(0, epochs.Count), epochs);
        Assert.True((await api.GetAsync("/v1/audit/verify")).GetProperty("valid").GetBoolean());
    }
}
