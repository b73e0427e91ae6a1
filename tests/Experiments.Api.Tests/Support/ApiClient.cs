using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Experiments.Api.Tests.Support;

/// <summary>The words that tests use with the service over HTTP, whether it runs in this process or in another; every answer must be a success.</summary>
internal sealed class ApiClient(HttpClient http)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public HttpClient Http { get; } = http;

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<JsonElement> PostAsync(string path, string body = "") => SendAsync(HttpMethod.Post, path, Json(body));

    public Task<JsonElement> PatchAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, Json(body, "application/merge-patch+json"));

    public Task<JsonElement> ResultsAsync(string experiment, string query = "") => GetAsync($"/v1/experiments/{experiment}/results{query}");

    /// <summary>Sends events and returns the receipt.</summary>
    public Task<JsonElement> EventsAsync(params IEnumerable<Event> events) => SendAsync(HttpMethod.Post, "/v1/events", Json(Event.Batch(events)));

    /// <summary>Imports CSV, gzipped when the bytes are.</summary>
    public Task<JsonElement> ImportAsync(string experiment, string query, ReadOnlyMemory<byte> csv)
    {
        var content = new ReadOnlyMemoryContent(csv);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        if (csv.Span is [0x1f, 0x8b, ..]) content.Headers.ContentEncoding.Add("gzip");
        return SendAsync(HttpMethod.Post, $"/v1/experiments/{experiment}/import?{query}", content);
    }

    /// <summary>Waits for something that another thread or process brings about: asks until it is so, for a minute at most.</summary>
    public static async Task<JsonElement> UntilAsync(Func<Task<JsonElement>> read, Func<JsonElement, bool> holds, Action? meanwhile = null)
    {
        JsonElement last = default;
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            last = await read();
            if (holds(last)) return last;
            meanwhile?.Invoke();
            await Task.Delay(50, Token);
        }

        Assert.Fail($"It never came about; the last answer was {last.GetRawText()}");
        return default;
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await Http.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static StringContent? Json(string body, string type = "application/json") =>
        body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
}

/// <summary>An event as a sender writes it.</summary>
internal sealed record Event
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string Id { get; init; }
    public required string Type { get; init; }
    public required string User { get; init; }
    public string? Experiment { get; init; }
    public string? BestPractice { get; init; }
    public string? Variant { get; init; }
    public int? Epoch { get; init; }
    public DateTimeOffset? At { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }

    [JsonPropertyName("event")]
    public string? Name { get; init; }
    public double? Value { get; init; }

    public static Event Exposure(
        string user, string experiment, string variant, DateTimeOffset? at = null, string? id = null, (string, string)? attribute = null) => new()
        {
            Id = id ?? $"x/{experiment}/{user}",
            Type = "exposure",
            User = user,
            Experiment = experiment,
            Variant = variant,
            At = at,
            Attributes = attribute is var (name, value) ? new() { [name] = value } : null,
        };

    public static Event Kpi(string user, string name, double? value = null, DateTimeOffset? at = null, string? id = null) => new()
    {
        Id = id ?? $"k/{name}/{user}/{at?.ToString("O", CultureInfo.InvariantCulture)}",
        Type = "kpi",
        User = user,
        Name = name,
        Value = value,
        At = at,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>The body of a batch.</summary>
    public static string Batch(IEnumerable<Event> events) => $$"""{"events":[{{string.Join(',', events.Select(e => e.ToJson()))}}]}""";
}
