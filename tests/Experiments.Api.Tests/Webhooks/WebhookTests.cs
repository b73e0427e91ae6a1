using System.Net;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Promotion;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;
using Experiments.Api.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Webhooks;

public sealed class WebhookTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promotion_IsTold_SignedAndWithTheHeadOfTheAudit()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        var secret = await HookAsync(api, receiver.Url);
        await PromoteAsync(api);
        await RoundsAsync(api);

        var message = Assert.Single(receiver.Messages);
        Assert.True(message.IsValid(secret));
        Assert.Equal("promoted", message.Type);
        Assert.StartsWith("msg_", message.Id, StringComparison.Ordinal);
        var data = message.Json.GetProperty("data");
        Assert.Equal("mens", data.GetProperty("variant").GetString());
        Assert.Equal("spring-email", data.GetProperty("bestPractice").GetString());
        Assert.Equal("visit", data.GetProperty("evidence").GetProperty("kpi").GetString());
        var audit = data.GetProperty("audit");
        var proof = await api.GetAsync($"/v1/audit/verify?entries={audit.GetProperty("entries").GetInt64()}&head={audit.GetProperty("head").GetString()}");
        Assert.True(proof.Json.GetProperty("valid").GetBoolean(), proof.Text);

        var delivery = Assert.Single((await api.GetAsync("/v1/webhooks/hook/deliveries")).Json.GetProperty("items").EnumerateArray().ToList());
        Assert.Equal("delivered", delivery.GetProperty("state").GetString());
        Assert.Equal(204, delivery.GetProperty("attempts")[0].GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Retirement_IsTold_AndOnlyToWhoAskedForIt()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        await HookAsync(api, receiver.Url, """{"events":["demoted"]}""");
        await PromoteAsync(api);
        await RoundsAsync(api);
        Assert.Empty(receiver.Messages);
        await api.PostAsync("/v1/best-practices/spring-email/retire", """{"reason":"no longer true"}""");
        await RoundsAsync(api);
        var message = Assert.Single(receiver.Messages);
        Assert.Equal("demoted", message.Type);
        Assert.Equal("no longer true", message.Json.GetProperty("data").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task LifeOfAPractice_EachTurnIsToldOnce()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        await HookAsync(api, receiver.Url, """{"events":["contested","demoted","needsReview"]}""");
        await PromoteAsync(api);
        foreach (var action in new[] { PracticeAct.Verify, PracticeAct.Calm, PracticeAct.Retest, PracticeAct.Renew, PracticeAct.Demote })
        {
            await ActAsync(api, action);
            await RoundsAsync(api);
        }

        await api.PostAsync("/v1/best-practices/spring-email/retire", """{"reason":"nobody misses it"}""");
        await RoundsAsync(api);
        Assert.Equal(["contested", "needsReview", "demoted"], receiver.Messages.Select(m => m.Type));
        Assert.Equal(
            ["because of verify", "because of retest", "because of demote"],
            receiver.Messages.Select(m => m.Json.GetProperty("data").GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Contradiction_ByALaterTest_IsToldAsContested()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        await HookAsync(api, receiver.Url, """{"events":["contested"]}""");
        await PromoteAsync(api);
        var practice = api.Catalog.State.BestPractices["spring-email"];
        await api.Catalog.CommitAsync(
            "decider",
            _ => new CatalogChange("best-practice.contradict", "'another' speaks against it.", practice with
            {
                Version = practice.Version + 1,
                Contradictions = [practice.Evidence[0] with { Experiment = "another" }],
            }),
            Token);
        await RoundsAsync(api);
        Assert.Equal("'another' speaks against it.", Assert.Single(receiver.Messages).Json.GetProperty("data").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Proposal_ThatWaitsForASecondPerson_IsToldAsReview()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        await HookAsync(api, receiver.Url);
        var client = new ApiClient(api.CreateClient());
        await RunningService.DefineAsync(client, """{"decision":{"approval":true}}""");
        await CrowdsAsync(api, client);
        var asked = await api.PostAsync("/v1/experiments/spring-email/promotions", """{"variant":"mens","reason":"we like it"}""");
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        await RoundsAsync(api);
        var message = Assert.Single(receiver.Messages);
        Assert.Equal("needsReview", message.Type);
        Assert.Equal("mens", message.Json.GetProperty("data").GetProperty("variant").GetString());
    }

    [Fact]
    public async Task Unhealthy_IsToldOnce()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        await HookAsync(api, receiver.Url, """{"events":["unhealthy"]}""");
        var client = new ApiClient(api.CreateClient());
        await RunningService.DefineAsync(client);
        await client.EventsAsync(Crowd.Of("srm", "mens", 900, api.Clock.GetUtcNow()));
        await ApiClient.UntilAsync(
            async () =>
            {
                await RoundsAsync(api);
                return JsonSerializer.SerializeToElement(receiver.Messages.Count);
            },
            count => count.GetInt32() > 0,
            () => api.Clock.Advance(TimeSpan.FromSeconds(2)));
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        await RoundsAsync(api);
        var message = Assert.Single(receiver.Messages);
        Assert.Equal("unhealthy", message.Type);
        Assert.Equal("sampleRatio", message.Json.GetProperty("data").GetProperty("problems")[0].GetString());
    }

    [Fact]
    public async Task WhatHappenedBeforeAWebhook_IsNotTold()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        await PromoteAsync(api);
        await ActAsync(api, PracticeAct.Demote);
        await HookAsync(api, receiver.Url);
        await api.PostAsync("/v1/best-practices/spring-email/retire", """{"reason":"nobody misses it"}""");
        await RoundsAsync(api);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task Failure_IsRetriedLaterUnderTheSameId_AndAfterARestart()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 500;
        string secret;
        DateTimeOffset at;
        await using (var first = Allowing(folder.Path))
        {
            secret = await HookAsync(first, receiver.Url);
            await PromoteAsync(first);
            await RoundsAsync(first);
            await RoundsAsync(first);
            Assert.Single(receiver.Messages);
            at = first.Clock.GetUtcNow();
            var pending = (await first.GetAsync("/v1/webhooks/hook/deliveries")).Json.GetProperty("items")[0];
            Assert.Equal("pending", pending.GetProperty("state").GetString());
        }

        await using var second = Allowing(folder.Path);
        second.Clock.SetUtcNow(at.AddSeconds(6));
        receiver.Answer = _ => 200;
        await RoundsAsync(second);
        Assert.Equal(2, receiver.Messages.Count);
        Assert.Single(receiver.Messages.Select(m => m.Id).Distinct());
        Assert.All(receiver.Messages, m => Assert.True(m.IsValid(secret)));
        second.Jump(TimeSpan.FromDays(4));
        await RoundsAsync(second);
        Assert.DoesNotContain(receiver.Messages.Skip(2), m => m.Type == "promoted");
    }

    [Fact]
    public async Task Failure_ForThreeDays_IsGivenUpAndShown()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 503;
        await using var api = Allowing();
        await HookAsync(api, receiver.Url, """{"events":["promoted"]}""");
        await PromoteAsync(api);
        for (var i = 0; i < 12; i++)
        {
            await RoundsAsync(api);
            api.Jump(TimeSpan.FromHours(27));
        }

        Assert.Equal(10, receiver.Messages.Count);
        var given = (await api.GetAsync("/v1/webhooks/hook/deliveries")).Json.GetProperty("items")[0];
        Assert.Equal("failed", given.GetProperty("state").GetString());
        Assert.Equal(10, given.GetProperty("attempts").GetArrayLength());
    }

    [Fact]
    public async Task Gone_EndsTheWebhook()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 410;
        await using var api = Allowing();
        await HookAsync(api, receiver.Url);
        await PromoteAsync(api);
        await RoundsAsync(api);
        var webhook = (await api.GetAsync("/v1/webhooks/hook")).Json;
        Assert.False(webhook.GetProperty("enabled").GetBoolean());
        Assert.Contains("410", webhook.GetProperty("disabledReason").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return 307;
        };
        await using var api = Allowing();
        await HookAsync(api, receiver.Url);
        var tried = (await api.PostAsync("/v1/webhooks/hook/test")).Json;
        Assert.Equal("redirected", tried.GetProperty("outcome").GetString());
        Assert.Equal("/hook", Assert.Single(receiver.Messages).Path);
    }

    [Fact]
    public async Task TwoDispatchersAtOnce_SendEachMessageOnce()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        await HookAsync(api, receiver.Url);
        await PromoteAsync(api);
        var others = Enumerable.Range(0, 6).Select(_ => Dispatcher(api)).ToList();
        await Task.WhenAll(others.Select(d => Task.Run(() => d.RoundAsync(Token))));
        await RoundsAsync(api);
        Assert.Single(receiver.Messages);
        others.ForEach(d => d.Dispose());
    }

    [Fact]
    public async Task Claim_OfAProcessThatDied_Lapses()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        await HookAsync(api, receiver.Url);
        await PromoteAsync(api);
        var queue = api.Services.GetRequiredService<DeliveryQueue>();
        var (state, version) = await queue.ReadAsync(Token);
        state = await api.Services.GetRequiredService<EventCollector>().CollectAsync(state, api.Catalog.State, Token);
        state = state with { Pending = [.. state.Pending.Select(d => d with { ClaimedUntil = api.Clock.GetUtcNow().AddSeconds(30) })] };
        Assert.True(await queue.TryWriteAsync(version, state, Token));
        using var dispatcher = Dispatcher(api);
        await dispatcher.RoundAsync(Token);
        Assert.Empty(receiver.Messages);
        api.Clock.Advance(TimeSpan.FromSeconds(30));
        await RoundsAsync(api);
        Assert.Equal(state.Pending[0].Id, Assert.Single(receiver.Messages).Id);
    }

    [Fact]
    public async Task Secret_IsShownOnce_AndRotatesWithBothSignatures()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = Allowing();
        var old = await HookAsync(api, receiver.Url);
        foreach (var path in new[] { "/v1/webhooks", "/v1/webhooks/hook", "/v1/audit" })
            Assert.DoesNotContain(old, (await api.GetAsync(path)).Text, StringComparison.Ordinal);
        var young = (await api.PostAsync("/v1/webhooks/hook/rotate")).Json.GetProperty("secret").GetString()!;
        Assert.NotEqual(old, young);
        await api.PostAsync("/v1/webhooks/hook/test");
        Assert.True(receiver.Messages.Single().IsValid(old) && receiver.Messages.Single().IsValid(young));
        api.Jump(TimeSpan.FromDays(3));
        await api.PostAsync("/v1/webhooks/hook/test");
        Assert.True(!receiver.Messages.Last().IsValid(old) && receiver.Messages.Last().IsValid(young));
    }

    [Theory]
    [InlineData("""{"events":["everything"]}""", 400, "events[0]")]
    [InlineData("""{"events":[]}""", 400, "events")]
    [InlineData("""{"url":null}""", 400, "url")]
    [InlineData("""{"secret":"whsec_x"}""", 400, "secret")]
    public async Task Create_Wrong_NamesTheMember(string changes, int status, string field)
    {
        await using var api = Allowing();
        var answer = await api.PostAsync("/v1/webhooks", ApiHost.With("""{"key":"hook","url":"https://hooks.shop.com/x"}""", changes));
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(field, answer.ErrorFields);
    }

    [Fact]
    public async Task Change_Archive_AndCreateAgain()
    {
        await using var api = Allowing();
        await HookAsync(api, "https://hooks.shop.com/x");
        var changed = await api.PatchAsync("/v1/webhooks/hook", """{"enabled":false,"events":["demoted"]}""", ("If-Match", "\"1\""));
        Assert.Equal(2, changed.Json.GetProperty("version").GetInt64());
        (await api.PatchAsync("/v1/webhooks/hook", """{"enabled":true}""", ("If-Match", "\"1\""))).IsProblem(412, "stale-version");
        (await api.PostAsync("/v1/webhooks", """{"key":"hook","url":"https://hooks.shop.com/x"}""")).IsProblem(409, "webhook-exists");
        Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync("/v1/webhooks/hook")).Status);
        (await api.PatchAsync("/v1/webhooks/hook", """{"enabled":true}""")).IsProblem(409, "archived");
        Assert.Equal(HttpStatusCode.Created, (await api.PostAsync("/v1/webhooks", """{"key":"hook","url":"https://hooks.shop.com/x"}""")).Status);
        (await api.GetAsync("/v1/webhooks/none")).IsProblem(404, "webhook-not-found");
    }

    private static ApiHost Allowing(string? path = null) => new(path, ("Experiments:Webhooks:AllowPrivateAddresses", "true"), ("Experiments:Webhooks:IntervalSeconds", "60"));

    private static async Task<string> HookAsync(ApiHost api, string url, string changes = "{}") => (await api.CreateAsync(
        "/v1/webhooks", ApiHost.With($$"""{"key":"hook","url":"{{url}}"}""", changes))).GetProperty("secret").GetString()!;

    /// <summary>Rounds of a dispatcher beside the service's own, until nothing is due or on its way.</summary>
    private static async Task RoundsAsync(ApiHost api)
    {
        using var dispatcher = Dispatcher(api);
        var queue = api.Services.GetRequiredService<DeliveryQueue>();
        for (var attempt = 0; attempt < 400; attempt++)
        {
            await dispatcher.RoundAsync(Token);
            var (state, _) = await queue.ReadAsync(Token);
            var now = api.Clock.GetUtcNow();
            if (state.Cursor >= api.Catalog.State.Version && state.Pending.All(d => d.NextAt > now)) return;
            await Task.Delay(25, Token);
        }

        Assert.Fail("Something is on its way for ten seconds.");
    }

    private static WebhookDispatcher Dispatcher(ApiHost api) => ActivatorUtilities.CreateInstance<WebhookDispatcher>(
        api.Services, ActivatorUtilities.CreateInstance<EventCollector>(api.Services));

    private static async Task PromoteAsync(ApiHost api)
    {
        var client = new ApiClient(api.CreateClient());
        await RunningService.DefineAsync(client);
        await CrowdsAsync(api, client);
        await client.PostAsync("/v1/experiments/spring-email/promotions", """{"variant":"mens","reason":"we like it"}""");
    }

    private static Task<JsonElement> CrowdsAsync(ApiHost api, ApiClient client) => client.EventsAsync(
        Crowd.Of("u", "none", 200, api.Clock.GetUtcNow()).Concat(Crowd.Of("u", "mens", 200, api.Clock.GetUtcNow())));

    /// <summary>What the keeper of best practices does when a look asks for it.</summary>
    private static Task<CatalogState> ActAsync(ApiHost api, string action)
    {
        var practice = api.Catalog.State.BestPractices["spring-email"];
        var act = new PracticeAct(action, $"because of {action}", JsonSerializer.SerializeToElement("figures"));
        return api.Catalog.CommitAsync(
            Promoter.Decider, state => PracticeChange.Of(state, practice, act, api.Clock.GetUtcNow()), Token);
    }
}
