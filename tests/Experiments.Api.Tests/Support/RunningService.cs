using System.Net.Http.Headers;
using System.Text;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Support;

/// <summary>A service with one running experiment, shared by the tests of a class: each test has users of its own.</summary>
public sealed class RunningService : IAsyncLifetime
{
    public const string Experiment = "spring-email";

    private int _users;

    internal ApiHost Host { get; } = new();

    internal ApiClient Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Api = new ApiClient(Host.CreateClient());
        await DefineAsync(Api);
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>An e-mail test with a proportion, a mean and a guardrail that nobody has broken yet; and a draft.</summary>
    /// <param name="api">The service.</param>
    /// <param name="changes">Members of the experiment to set, as a JSON object.</param>
    /// <param name="start">Body of the start.</param>
    internal static async Task DefineAsync(ApiClient api, string changes = "{}", string start = "")
    {
        await api.PostAsync("/v1/kpis", """{"key":"visit","type":"proportion","direction":"increase","window":"P1D"}""");
        await api.PostAsync("/v1/kpis", """{"key":"spend","type":"mean","direction":"increase","window":"P1D"}""");
        await api.PostAsync("/v1/kpis", """{"key":"unsubscribe","type":"proportion","direction":"decrease","window":"P1D"}""");
        await api.PostAsync("/v1/hypotheses", ApiHost.Hypothesis);
        var experiment = ApiHost.With(ApiHost.Experiment,
            """
            {"secondaryKpis":["spend"],"breakdowns":["channel"],
             "variants":[{"key":"none","name":"No E-Mail","weight":1,"value":null},{"key":"mens","name":"Mens E-Mail","weight":1,"value":"mens"}]}
            """);
        await api.PostAsync("/v1/experiments", ApiHost.With(experiment, changes));
        await api.PostAsync("/v1/experiments", ApiHost.With(experiment, """{"key":"a-draft","parameter":"another"}"""));
        await api.PostAsync($"/v1/experiments/{Experiment}/start", start);
    }

    /// <summary>A user nobody has used.</summary>
    internal string NewUser() => $"user-{Interlocked.Increment(ref _users)}";

    /// <summary>An event that is good, as a sender writes it.</summary>
    internal string GoodEvent() => Event.Exposure(NewUser(), Experiment, "none").ToJson();

    /// <summary>Users counted, all variants together.</summary>
    internal async Task<long> UsersAsync()
    {
        var visit = (await Api.ResultsAsync(Experiment)).Kpi("visit");
        return visit.Variant("none").Whole("users") + visit.Variant("mens").Whole("users");
    }

    /// <summary>Sends bytes, whatever they are.</summary>
    internal static async Task<Answer> SendAsync(HttpClient client, string path, byte[] body, string? contentType, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null) request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    internal Task<Answer> SendAsync(string path, string body, string? contentType = "application/json", string? encoding = null) =>
        SendAsync(Api.Http, path, Encoding.UTF8.GetBytes(body), contentType, encoding);
}
