using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Experiments.Api.Access;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Api.Tests.Store;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Experiments.Api.Tests.Common;

/// <summary>The whole service on the real embedded store, in a folder of its own; with a clock that tests move.</summary>
internal sealed class ApiHost : WebApplicationFactory<Problem>
{
    public const string Kpi = """{"key":"visit","type":"proportion","direction":"increase"}""";

    public const string Hypothesis =
        """{"key":"men-buy-again","because":"b","change":"c","audience":"d","expect":{"kpi":"visit","direction":"increase","lift":0.1,"confidence":0.7}}""";

    public const string Experiment =
        """
        {"key":"spring-email","hypothesis":"men-buy-again","parameter":"email.spring","control":"none","primaryKpi":"visit",
         "variants":[{"key":"none","weight":1,"value":null},{"key":"mens","weight":1,"value":"mens"}]}
        """;

    private readonly TemporaryFolder? _folder;
    private readonly string _path;

    private readonly (string Name, string Value)[] _settings;

    public ApiHost(string? path = null, params (string Name, string Value)[] settings)
    {
        _settings = settings;
        if (path is null) _folder = new TemporaryFolder();
        _path = path ?? _folder!.Path;
    }

    /// <summary>Redis in place of the embedded store, for several hosts on one.</summary>
    public string? Redis { get; init; }

    public string? RedisPrefix { get; init; }

    public FakeTimeProvider Clock { get; init; } = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));

    /// <summary>Moves the clock far at once: timers tick after it, not at each of their seconds between, which would all be work.</summary>
    public void Jump(TimeSpan time)
    {
        Clock.AdjustTime(Clock.GetUtcNow() + time - TimeSpan.FromSeconds(2));
        Clock.Advance(TimeSpan.FromSeconds(2));
    }

    public CatalogStore Catalog => Services.GetRequiredService<CatalogStore>();

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var client = CreateClient();
        return await SendAsync(client, method, path, body, contentType, headers);
    }

    public static async Task<Answer> SendAsync(
        HttpClient client, HttpMethod method, string path, string? body, string contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var isEndless = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        return new Answer(
            response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            isEndless ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A client that asks before it sends a body, and waits for the answer: else the server's refusal meets one who is still sending,
    /// and breaks his pipe.</summary>
    public static HttpClient AskingFirst(Uri address) =>
        new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) })
        {
            BaseAddress = address,
            DefaultRequestHeaders = { ExpectContinue = true },
        };

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, headers: headers);

    public Task<Answer> PostAsync(string path, string? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers: headers);

    public Task<Answer> PatchAsync(string path, string body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, body, "application/merge-patch+json", headers);

    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, headers: headers);

    /// <summary>Makes a key, as the command does; from then on the service asks for one.</summary>
    public async Task<string> KeyAsync(Role role, bool browser = false)
    {
        var (document, secret) = SecretKeys.Create(role, Clock.GetUtcNow(), browser: browser);
        await Catalog.CommitAsync("test", _ => new CatalogChange("key.create", "", document), TestContext.Current.CancellationToken);
        return secret;
    }

    /// <summary>A KPI, a hypothesis and a draft that tests it.</summary>
    public async Task DraftAsync(string? experiment = null)
    {
        await CreateAsync("/v1/kpis", Kpi);
        await CreateAsync("/v1/hypotheses", Hypothesis);
        await CreateAsync("/v1/experiments", experiment ?? Experiment);
    }

    public async Task<JsonElement> CreateAsync(string path, string body)
    {
        var answer = await PostAsync(path, body);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{path}: {answer.Text}");
        return answer.Json;
    }

    /// <summary>The draft with some members changed, as a JSON merge patch would.</summary>
    public static string With(string body, string patch)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(body)!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(patch)!.AsObject().ToList())
        {
            if (value is null) node.Remove(name);
            else node[name] = value.DeepClone();
        }

        return node.ToJsonString();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Experiments:Data", Path.GetFullPath(_path));
        if (Redis is not null) builder.UseSetting("Experiments:Redis", Redis).UseSetting("Experiments:RedisPrefix", RedisPrefix);
        foreach (var (name, value) in _settings) builder.UseSetting(name, value);
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await ReleasedAsync();
        _folder?.Dispose();
    }

    // The program disposes of the host too, on its own thread: who comes second returns before the store is closed.
    private async Task ReleasedAsync()
    {
        var file = Path.Combine(_path, "experiments.lock");
        for (var attempt = 0; attempt < 1000 && File.Exists(file); attempt++)
        {
            try
            {
                await using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Code => Json.GetProperty("code").GetString()!;

    public string[] ErrorFields => Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];

    /// <summary>Asserts a problem with everything that a problem has.</summary>
    public void IsProblem(int status, string code, params string[] fields)
    {
        Assert.True((int)Status == status && Text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal), $"{(int)Status} {Text}");
        Assert.StartsWith("application/problem+json", Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.Equal($"urn:experiments:problem:{code}", Json.GetProperty("type").GetString());
        Assert.NotEmpty(Json.GetProperty("traceId").GetString()!);
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.NotEmpty(Json.GetProperty("detail").GetString()!);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        foreach (var field in fields) Assert.Contains(field, ErrorFields);
    }
}
