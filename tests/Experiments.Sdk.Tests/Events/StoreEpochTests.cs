namespace Experiments.Sdk.Tests.Events;

public sealed class StoreEpochTests
{
    [Fact]
    public async Task Deliver_StoreEpochChanges_WhatTheOldStoreAcknowledgedIsSentAgain()
    {
        await using var service = new LoopbackService();
        var (epoch, sent) = ("\"one\"", new List<string>());
        service.OnEvents = events =>
        {
            lock (sent) sent.AddRange(events.EnumerateArray().Select(item => item.GetProperty("user").GetString()!));
            return new(202, $$"""{"accepted":{{events.GetArrayLength()}},"duplicates":0,"rejected":[],"storeEpoch":{{epoch}}}""");
        };
        await using var app = new TestApp(service.Endpoint);
        foreach (var user in new[] { "a", "b", "c" })
        {
            if (user == "c") epoch = "2";
            app.Client.Track("visit", user);
            await app.FlushAsync();
        }

        await TestApp.EventuallyAsync(() => Sent() == "a b c a b");
        app.Client.Track("visit", "d");
        await app.FlushAsync();
        Assert.Equal("a b c a b d", Sent());
        Assert.Equal((4, 0), (app.Counts().Delivered, app.Counts().Dropped));
        Assert.Equal(1, app.Messages.Count(1017));

        string Sent()
        {
            lock (sent) return string.Join(' ', sent);
        }
    }

    [Fact]
    public void Recent_TooOldOrTheSameEpoch_IsNotSentAgain()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var recent = new Sdk.Events.RecentBatches(clock);
        recent.Add("one", [1], 1);
        clock.Advance(TimeSpan.FromSeconds(121));
        recent.Add("one", [2], 1);
        Assert.False(recent.TryTake("one", out _, out _));
        Assert.True(recent.TryTake("two", out var body, out _));
        Assert.Equal([2], body);
        Assert.False(recent.TryTake("two", out _, out _));
    }
}
