using System.Text.Json;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Results;

/// <summary>What counts, over HTTP: which events, of whom, when, and once.</summary>
public sealed class CountingTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Exposed = Now.AddDays(-3);

    [Fact]
    public async Task Repeat_OfABatch_IsAnsweredAsDuplicatesAndChangesNothing()
    {
        var user = service.NewUser();
        Event[] batch = [Event.Exposure(user, RunningService.Experiment, "mens", Exposed), Event.Kpi(user, "spend", 10, Exposed.AddHours(1))];
        IsReceipt(await service.Api.EventsAsync(batch), accepted: 2, duplicates: 0);
        var before = (await service.Api.ResultsAsync(RunningService.Experiment)).Without("asOf");

        IsReceipt(await service.Api.EventsAsync(batch), accepted: 0, duplicates: 2);
        IsReceipt(await service.Api.EventsAsync(batch[1], batch[0], batch[1]), accepted: 0, duplicates: 3);
        Assert.Equal(before, (await service.Api.ResultsAsync(RunningService.Experiment)).Without("asOf"));
    }

    [Fact]
    public async Task Repeat_WithinOneBatch_CountsOnce()
    {
        var change = await ChangeAsync(user =>
        [
            Event.Exposure(user, RunningService.Experiment, "mens", Exposed),
            Event.Kpi(user, "spend", 10, Exposed.AddHours(1), "spend/" + user), Event.Kpi(user, "spend", 10, Exposed.AddHours(1), "spend/" + user),
        ]);
        Assert.Equal((1, 10), change);
    }

    [Fact]
    public async Task SameId_OfAnotherUser_IsAnotherEvent()
    {
        var other = service.NewUser();
        var change = await ChangeAsync(user =>
        [
            Event.Exposure(user, RunningService.Experiment, "mens", Exposed), Event.Exposure(other, RunningService.Experiment, "mens", Exposed),
            Event.Kpi(user, "spend", 10, Exposed.AddHours(1), "one-id" + user), Event.Kpi(other, "spend", 10, Exposed.AddHours(1), "one-id" + user),
        ]);
        Assert.Equal((2, 20), change);
    }

    [Fact]
    public async Task Exposure_ThatArrivesAfterItsOutcome_CountsIt()
    {
        var user = service.NewUser();
        var none = await ChangeAsync(_ => [Event.Kpi(user, "spend", 7, Exposed.AddHours(1))]);
        var both = await ChangeAsync(_ => [Event.Exposure(user, RunningService.Experiment, "mens", Exposed)]);
        Assert.Equal((0, 0), none);
        Assert.Equal((1, 7), both);
    }

    [Fact]
    public async Task Exposure_EarlierOneThatArrivesLate_MovesTheWindow()
    {
        var user = service.NewUser();
        var first = await ChangeAsync(_ =>
        [
            Event.Exposure(user, RunningService.Experiment, "mens", Exposed),
            Event.Kpi(user, "spend", 5, Exposed.AddHours(-2)), Event.Kpi(user, "spend", 7, Exposed.AddHours(23)),
        ]);
        Assert.Equal((1, 7), first);

        // Two hours earlier: what came just before now counts, what came at the end no longer does.
        var moved = await ChangeAsync(_ => [Event.Exposure(user, RunningService.Experiment, "mens", Exposed.AddHours(-2), "early")]);
        Assert.Equal((0, 5 - 7), moved);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(-1, 0, false)]
    [InlineData(-1, 1, false)]
    [InlineData(1, 0, true)]
    [InlineData(-1, 1440, true)]
    [InlineData(0, 1440, false)]
    [InlineData(1, 1440, false)]
    public async Task Outcome_AtTheEdgesOfTheWindow_CountsFromTheExposureUpToItsEnd(int milliseconds, int minutes, bool counts)
    {
        var at = Exposed.AddMinutes(minutes).AddMilliseconds(milliseconds);
        if (minutes == 1) at = Exposed.AddMinutes(-1);
        var change = await ChangeAsync(user => [Event.Exposure(user, RunningService.Experiment, "mens", Exposed), Event.Kpi(user, "spend", 3, at)]);
        Assert.Equal((1, counts ? 3 : 0), change);
    }

    [Fact]
    public async Task Outcome_OfSomebodyNeverExposed_CountsNowhere()
    {
        var change = await ChangeAsync(user => [Event.Kpi(user, "spend", 3, Exposed)]);
        Assert.Equal((0, 0), change);
    }

    [Fact]
    public async Task User_SeenInTwoVariants_IsLeftOutOfBothAndShownInHealth()
    {
        var user = service.NewUser();
        await ChangeAsync(_ => [Event.Exposure(user, RunningService.Experiment, "mens", Exposed), Event.Kpi(user, "spend", 9, Exposed.AddHours(1))]);
        var before = await service.Api.ResultsAsync(RunningService.Experiment);
        var change = await ChangeAsync(_ => [Event.Exposure(user, RunningService.Experiment, "none", Exposed.AddHours(5), "second")]);
        var after = await service.Api.ResultsAsync(RunningService.Experiment);

        Assert.Equal((-1, -9), change);
        Assert.Equal(
            before.Kpi("spend").Variant("none").Whole("users"), after.Kpi("spend").Variant("none").Whole("users"));
        Assert.Equal(
            before.GetProperty("health").Whole("multipleExposureUsers") + 1, after.GetProperty("health").Whole("multipleExposureUsers"));
        Assert.Contains(after.GetProperty("health").GetProperty("problems").EnumerateArray(), p => p.Text("code") == "multiple-exposures");
    }

    [Fact]
    public async Task AcceptedEvent_IsInTheNextRead()
    {
        for (var i = 0; i < 30; i++)
        {
            var change = await ChangeAsync(user =>
                [Event.Exposure(user, RunningService.Experiment, "mens", Exposed), Event.Kpi(user, "spend", 2, Exposed.AddMinutes(1))]);
            Assert.Equal((1, 2), change);
        }
    }

    [Fact]
    public async Task Exposure_WithoutTime_HappenedNow()
    {
        var change = await ChangeAsync(user => [Event.Exposure(user, RunningService.Experiment, "mens"), Event.Kpi(user, "spend", 4)]);
        Assert.Equal((1, 4), change);
    }

    [Fact]
    public async Task Exposure_OlderThanTheStart_IsHistoryAndCounts()
    {
        var change = await ChangeAsync(user => [Event.Exposure(user, RunningService.Experiment, "mens", Now.AddYears(-5))]);
        Assert.Equal((1, 0), change);
    }

    private static void IsReceipt(JsonElement receipt, long accepted, long duplicates)
    {
        Assert.Equal(accepted, receipt.Whole("accepted"));
        Assert.Equal(duplicates, receipt.Whole("duplicates"));
        Assert.Empty(receipt.GetProperty("rejected").EnumerateArray());
    }

    /// <summary>Sends the events of a new user and returns by how much users and spend of "mens" have grown.</summary>
    private async Task<(long Users, double Spend)> ChangeAsync(Func<string, Event[]> events)
    {
        var before = (await service.Api.ResultsAsync(RunningService.Experiment)).Kpi("spend").Variant("mens");
        await service.Api.EventsAsync(events(service.NewUser()));
        var after = (await service.Api.ResultsAsync(RunningService.Experiment)).Kpi("spend").Variant("mens");
        return (after.Whole("users") - before.Whole("users"), after.Number("sum") - before.Number("sum"));
    }
}
