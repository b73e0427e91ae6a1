using System.Net;
using System.Text.Json;
using Experiments.Api.Tests.Assignments;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;
using Experiments.Sdk;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Identities;

/// <summary>A visitor becomes known: one person, his first arm stays, two arms are counted and not hidden.</summary>
public sealed class AliasTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Aliases = "/v1/identities/aliases";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Alias_BeforeOrAfterWhatHeDid_CountsOnePersonInHisFirstArm(int place)
    {
        var before = await FiguresAsync();
        var (known, visitor) = (service.NewUser(), service.NewUser());
        Func<Task>[] steps =
        [
            () => service.Api.EventsAsync(Event.Exposure(visitor, RunningService.Experiment, "mens")),
            () => service.Api.EventsAsync(Event.Kpi(known, "visit")),
            () => service.Api.EventsAsync(Event.Kpi(visitor, "spend", 10), Event.Kpi(known, "spend", 5)),
        ];
        for (var i = 0; i <= steps.Length; i++)
        {
            if (i == place) Assert.Equal(HttpStatusCode.NoContent, (await JoinAsync(known, visitor)).Status);
            if (i < steps.Length) await steps[i]();
        }

        Assert.Equal(HttpStatusCode.NoContent, (await JoinAsync(known, visitor)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await JoinAsync(visitor, known)).Status);
        var after = await FiguresAsync();
        Assert.Equal((before.Users + 1, before.Conversions + 1, before.Spend + 15, before.Multiple), after);
    }

    [Fact]
    public async Task Alias_JoinsTwoArms_QuarantinedAndCountedInHealth()
    {
        var before = await FiguresAsync();
        var (known, visitor) = (service.NewUser(), service.NewUser());
        await service.Api.EventsAsync(
            Event.Exposure(visitor, RunningService.Experiment, "mens"), Event.Exposure(known, RunningService.Experiment, "none"), Event.Kpi(visitor, "visit"));
        await JoinAsync(known, visitor);
        Assert.Equal(before with { Multiple = before.Multiple + 1 }, await FiguresAsync());
    }

    [Fact]
    public async Task Alias_AsAnEventAmongOthers_IsTheSame()
    {
        var before = await FiguresAsync();
        var (known, visitor) = (service.NewUser(), service.NewUser());
        var batch = $$"""
            {"events":[{"id":"a-{{known}}","type":"alias","user":"{{known}}","alias":"{{visitor}}"},
             {{Event.Exposure(visitor, RunningService.Experiment, "mens").ToJson()}},{{Event.Kpi(known, "visit").ToJson()}}]}
            """;
        var receipt = await service.Api.PostAsync("/v1/events", batch);
        Assert.Equal((3, 0), (receipt.GetProperty("accepted").GetInt32(), receipt.GetProperty("duplicates").GetInt32()));
        receipt = await service.Api.PostAsync("/v1/events", batch);
        Assert.Equal((0, 3), (receipt.GetProperty("accepted").GetInt32(), receipt.GetProperty("duplicates").GetInt32()));
        Assert.Equal(before with { Users = before.Users + 1, Conversions = before.Conversions + 1 }, await FiguresAsync());
    }

    [Theory]
    [InlineData("""{"id":"a","type":"alias","user":"u"}""", "invalid-alias")]
    [InlineData("""{"id":"a","type":"alias","user":"u","alias":"u"}""", "invalid-alias")]
    [InlineData("""{"id":"a","type":"alias","user":"u","alias":""}""", "invalid-alias")]
    [InlineData("""{"id":"a","type":"alias","user":"u","alias":7}""", "wrong-type")]
    [InlineData("""{"id":"a","type":"alias","user":"u","alias":"v","value":1}""", "unknown-member")]
    [InlineData("""{"id":"a","type":"kpi","user":"u","alias":"v","event":"visit"}""", "unknown-member")]
    public async Task Alias_AsAWrongEvent_IsRefused(string item, string code)
    {
        var answer = await service.SendAsync("/v1/events", $$"""{"events":[{{item}}]}""");
        Assert.Equal(code, answer.Json.GetProperty("rejected")[0].GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("{}", "invalid-user", "user")]
    [InlineData("""{"user":"u"}""", "invalid-alias", "alias")]
    [InlineData("""{"user":"u","alias":"u"}""", "invalid-alias", "alias")]
    [InlineData("""{"user":"u","alias":"a\nb"}""", "invalid-alias", "alias")]
    [InlineData("""{"user":"u","alias":"v","other":1}""", "unknown-member", "other")]
    public async Task Alias_Wrong_NamesTheField(string body, string code, string field) =>
        (await service.SendAsync(Aliases, body)).IsProblem(400, code, field);

    [Fact]
    public async Task Assign_AKnownPerson_HasTheArmThatHeMetAsAVisitor()
    {
        var (known, visitor) = await DifferentAsync();
        await service.Api.EventsAsync(Event.Exposure(visitor, RunningService.Experiment, await VariantAsync(visitor)));
        Assert.NotEqual(await VariantAsync(visitor), await VariantAsync(known));
        await JoinAsync(known, visitor);
        Assert.Equal(await VariantAsync(visitor), await VariantAsync(known));
    }

    [Fact]
    public async Task Sdk_Alias_TheFirstArmStaysAndOnePersonIsCounted()
    {
        var before = await FiguresAsync();
        var (known, visitor) = await DifferentAsync();
        await using var app = BanditAssignmentTests.App(service.Host);
        var client = app.GetRequiredService<ExperimentsClient>();
        Assert.True(await client.ReadyAsync(Token));
        var first = client.GetAssignment("email.spring", visitor, "");
        client.Alias(known, visitor);
        Assert.Equal(first.Variant, client.GetAssignment("email.spring", known, "").Variant);
        client.Track("visit", known);
        await client.FlushAsync(Token);
        Assert.Equal(before with { Users = before.Users + 1, Conversions = before.Conversions + 1 }, await FiguresAsync());
    }

    /// <summary>Two ids that the table gives different arms.</summary>
    private async Task<(string Known, string Visitor)> DifferentAsync()
    {
        var known = service.NewUser();
        while (true)
        {
            var visitor = service.NewUser();
            if (await VariantAsync(visitor) == "mens" && await VariantAsync(known) == "none") return (known, visitor);
            if (await VariantAsync(known) == "mens") known = service.NewUser();
        }
    }

    private async Task<string> VariantAsync(string user) =>
        (await service.Api.PostAsync("/v1/assignments", $$"""{"user":"{{user}}"}""")).GetProperty("assignments")[0].GetProperty("variant").GetString()!;

    private Task<Answer> JoinAsync(string user, string alias) =>
        service.SendAsync(Aliases, JsonSerializer.Serialize(new { user, alias }));

    private async Task<(long Users, long Conversions, double Spend, long Multiple)> FiguresAsync()
    {
        var results = await service.Api.ResultsAsync(RunningService.Experiment);
        var (visit, spend) = (results.Kpi("visit"), results.Kpi("spend"));
        return (
            await service.UsersAsync(),
            visit.Variant("none").Whole("conversions") + visit.Variant("mens").Whole("conversions"),
            spend.Variant("none").GetProperty("sum").GetDouble() + spend.Variant("mens").GetProperty("sum").GetDouble(),
            results.GetProperty("health").GetProperty("multipleExposureUsers").GetInt64());
    }
}
