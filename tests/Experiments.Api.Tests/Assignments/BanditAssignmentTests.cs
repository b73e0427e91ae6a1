using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Tests.Common;
using Experiments.Sdk;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Assignments;

/// <summary>Users of a bandit keep their first arm, whoever asks: an SDK over HTTP, <c>POST /v1/assignments</c>, OFREP.</summary>
public sealed class BanditAssignmentTests
{
    private const string Two = """[{"key":"none","weight":1,"value":null},{"key":"mens","weight":1,"value":"mens"}]""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Assign_TheWeightsChange_UsersKeepVariantAndPropensityOverEveryDoor()
    {
        await using var api = await RunningAsync();
        await using var before = App(api);
        var client = before.GetRequiredService<ExperimentsClient>();
        Assert.True(await client.ReadyAsync(Token));
        var first = new Dictionary<string, string?>();
        for (var i = 0; i < 60; i++)
        {
            // One third by each door.
            first[$"u{i}"] = (i % 3) switch
            {
                0 => (await client.GetAssignmentAsync("email.spring", $"u{i}", "")).Variant,
                1 => await AssignedAsync(api, $"u{i}"),
                _ => await FlagAsync(api, $"u{i}"),
            };
        }

        await ReweighAsync(api, 1_000, 9_000);
        await using var after = App(api);
        var other = after.GetRequiredService<ExperimentsClient>();
        Assert.True(await other.ReadyAsync(Token));
        var moves = 0;
        foreach (var (user, variant) in first)
        {
            Assert.Equal(variant, await AssignedAsync(api, user, 0.5));
            Assert.Equal(variant, await FlagAsync(api, user));
            var kept = await other.GetAssignmentAsync("email.spring", user, "");
            Assert.Equal((variant, 0, 0.5, AssignmentReason.Split), (kept.Variant, kept.Epoch, kept.Propensity, kept.Reason));
            if (variant == "none") moves++;
        }

        // Nine tenths of new users are in "mens": had the table decided, most of these would have moved.
        Assert.InRange(moves, 15, 45);
        Assert.Equal(0.9, await PropensityAsync(api, NewMens(api)));
    }

    [Fact]
    public async Task KeepArm_Twice_TheFirstStays()
    {
        await using var api = await RunningAsync();
        Assert.Equal("""{"experiment":"spring-email","variant":"mens","epoch":0,"propensity":0.5}""", (await KeepAsync(api, "mens", 0)).Text);
        Assert.Equal("""{"experiment":"spring-email","variant":"mens","epoch":0,"propensity":0.5}""", (await KeepAsync(api, "none", 0)).Text);
        (await KeepAsync(api, "womens", 0)).IsProblem(422, "unknown-variant");
        (await KeepAsync(api, "mens", 1)).IsProblem(422, "unknown-epoch");
        (await KeepAsync(api, "mens", -1)).IsProblem(400, "invalid-request", "epoch");
        (await api.PostAsync("/v1/assignments/arms", """{"experiment":"nothing","user":"u","variant":"mens"}""")).IsProblem(404, "experiment-not-found");
    }

    [Fact]
    public async Task KeepArm_TheUserWasErased_TheNextIsTheFirst()
    {
        await using var api = await RunningAsync();
        await KeepAsync(api, "mens", 0);
        await api.PostAsync("/v1/assignments/arms", "{\"experiment\":\"spring-email\",\"user\":\"other\",\"variant\":\"mens\",\"epoch\":0}");
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await api.DeleteAsync("/v1/users/u")).Status);
        Assert.Contains("\"variant\":\"none\"", (await KeepAsync(api, "none", 0)).Text, StringComparison.Ordinal);
        var other = await api.PostAsync("/v1/assignments/arms", "{\"experiment\":\"spring-email\",\"user\":\"other\",\"variant\":\"none\",\"epoch\":0}");
        Assert.Contains("\"variant\":\"mens\"", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeepArm_OfAnAbTest_IsRefused()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync("/v1/experiments/spring-email/start");
        (await KeepAsync(api, "mens", 0)).IsProblem(422, "not-a-bandit");
    }

    [Fact]
    public async Task Assign_TheArmWasStopped_TheControlAndTheReason()
    {
        await using var api = await RunningAsync();
        var user = "";
        for (var i = 0; user.Length == 0; i++) if (await AssignedAsync(api, $"u{i}") == "mens") user = $"u{i}";

        await ReweighAsync(api, 10_000, 0);
        var answer = await api.PostAsync("/v1/assignments", $$"""{"user":"{{user}}"}""");
        Assert.Contains("\"variant\":\"none\",\"propensity\":1,\"reason\":\"armStopped\"", answer.Text, StringComparison.Ordinal);
    }

    private static async Task<ApiHost> RunningAsync()
    {
        var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, $$"""{"kind":"bandit","variants":{{Two}}}"""));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await api.PostAsync("/v1/experiments/spring-email/start")).Status);
        return api;
    }

    /// <summary>What the bandit's own step does: a new table.</summary>
    private static Task<CatalogState> ReweighAsync(ApiHost api, params int[] buckets) => api.Catalog.CommitAsync(
        "bandit",
        state =>
        {
            var experiment = state.RequireExperiment("spring-email");
            var epoch = Tables.Next(experiment.Epochs[^1], buckets, api.Clock.GetUtcNow());
            return new CatalogChange("experiment.reweight", "", experiment with { Version = experiment.Version + 1, Epochs = [.. experiment.Epochs, epoch] });
        },
        Token);

    private static string NewMens(ApiHost api)
    {
        var state = api.Catalog.State;
        var evaluator = Sdk.Assignment.SnapshotEvaluator.Compile(SnapshotBuilder.Build(state));
        return Enumerable.Range(0, 1000).Select(i => $"new{i}").First(u => evaluator.Evaluate("email.spring", u, null).Variant == "mens");
    }

    private static Task<Answer> KeepAsync(ApiHost api, string variant, int epoch) => api.PostAsync(
        "/v1/assignments/arms", $$"""{"experiment":"spring-email","user":"u","variant":"{{variant}}","epoch":{{epoch}}}""");

    private static async Task<string?> AssignedAsync(ApiHost api, string user, double? propensity = null)
    {
        var answer = (await api.PostAsync("/v1/assignments", $$"""{"user":"{{user}}"}""")).Json.GetProperty("assignments")[0];
        if (propensity is { } expected) Assert.Equal(expected, answer.GetProperty("propensity").GetDouble());
        return answer.GetProperty("variant").GetString();
    }

    private static async Task<double> PropensityAsync(ApiHost api, string user) =>
        (await api.PostAsync("/v1/assignments", $$"""{"user":"{{user}}"}""")).Json.GetProperty("assignments")[0].GetProperty("propensity").GetDouble();

    private static async Task<string?> FlagAsync(ApiHost api, string user)
    {
        var single = (await api.PostAsync("/ofrep/v1/evaluate/flags/email.spring", $$$"""{"context":{"targetingKey":"{{{user}}}"}}""")).Json;
        var bulk = (await api.PostAsync("/ofrep/v1/evaluate/flags", $$$"""{"context":{"targetingKey":"{{{user}}}"}}""")).Json.GetProperty("flags")[0];
        Assert.Equal(single.GetRawText(), bulk.GetRawText());
        return single.GetProperty("variant").GetString();
    }

    /// <summary>An app with the SDK that reaches the service over HTTP only.</summary>
    internal static ServiceProvider App(ApiHost api)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(new ServiceTime(api));
        services.AddExperiments(options =>
        {
            options.Endpoint = new Uri("http://localhost");
            options.InMemoryOnly = true;
            options.ArmWait = TimeSpan.FromSeconds(10);
        });
        services.AddHttpClient("Experiments.Sdk").ConfigurePrimaryHttpMessageHandler(() => api.Server.CreateHandler());
        return services.BuildServiceProvider();
    }

    /// <summary>The service's time of day, and timers that run.</summary>
    private sealed class ServiceTime(ApiHost api) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => api.Clock.GetUtcNow();
    }
}
