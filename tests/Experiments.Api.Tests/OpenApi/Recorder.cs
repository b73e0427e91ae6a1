using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.OpenApi;

/// <summary>Calls operations of the description by their id and keeps what was sent and answered, cut short for a reader.</summary>
internal sealed partial class Recorder(ApiHost api, JsonElement description, (string, string) header)
{
    private const int MostItems = 3;

    private readonly Dictionary<string, (HttpMethod Method, string Template)> _routes = description.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject(), (path, operation) => (
            Id: operation.Value.GetProperty("operationId").GetString()!, Method: new HttpMethod(operation.Name), path.Name))
        .ToDictionary(o => o.Id, o => (o.Method, o.Name));

    /// <summary>The key that it shows.</summary>
    public (string, string) Header { get; } = header;

    /// <summary>By operation: <c>request</c> by content type, <c>answers</c> by status.</summary>
    public JsonObject Recorded { get; init; } = [];

    /// <summary>Calls and keeps the request and the answer, which must have this status.</summary>
    public async Task<JsonElement> DoAsync(string operation, int status, string? key = null, string? body = null, string query = "", string type = "application/json")
    {
        var answer = await SendAsync(operation, key, body, query, type);
        Assert.True((int)answer.Status == status, $"{operation}: {(int)answer.Status} {answer.Text}");
        if (body is not null) Part(operation, "request")[type] = type.EndsWith("json", StringComparison.Ordinal) && !type.Contains("nd", StringComparison.Ordinal) ? JsonNode.Parse(body) : body;
        return Keep(operation, answer);
    }

    /// <summary>Calls for a refusal of this status, and keeps it when it is one.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> RefusedAsync(
        string operation, int status, string? key = null, string? body = null, string query = "", string type = "application/json", params (string, string)[] more)
    {
        var answer = await SendAsync(operation, key, body, query, type, more);
        if ((int)answer.Status != status) return false;
        Keep(operation, answer);
        return true;
    }

    public void Put(string operation, int status, JsonNode answer) => Part(operation, "answers")[$"{status}"] = answer;

    public bool Has(string operation, string status) => Part(operation, "answers").ContainsKey(status);

    public bool HasBody(string operation) => Part(operation, "request").Count > 0;

    public (string Method, string Template) Route(string operation) => (_routes[operation].Method.Method, _routes[operation].Template);

    private Task<Answer> SendAsync(string operation, string? key, string? body, string query, string type, params (string, string)[] more)
    {
        var (method, template) = _routes[operation];
        var path = template.Replace("{key}", key, StringComparison.Ordinal).Replace("{id}", key, StringComparison.Ordinal);
        return api.SendAsync(method, path + query, body, type, [.. more, Header]);
    }

    private JsonElement Keep(string operation, Answer answer)
    {
        if (answer.Text.Length == 0) return default;
        Put(operation, (int)answer.Status, Short(JsonNode.Parse(answer.Text), "")!);
        return answer.Json;
    }

    private JsonObject Part(string operation, string part)
    {
        if (Recorded[operation] is not JsonObject examples) Recorded[operation] = examples = [];
        if (examples[part] is not JsonObject found) examples[part] = found = [];
        return found;
    }

    /// <summary>Long lists are cut; what is drawn by chance, and must not be taken for a real secret, is replaced.</summary>
    private static JsonNode? Short(JsonNode? node, string name) => node switch
    {
        JsonArray array => new JsonArray([.. array.Take(MostItems).Select(item => Short(item, name))]),
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Short(m.Value, m.Key)))),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => name switch
        {
            "secret" => "(shown once)",
            "traceId" => "0af7651916cd43dd8448eb211c80319c",
            "url" => "https://hooks.shop.example/experiments",
            _ => KeyName().Replace(value.GetValue<string>(), "$1-1a2b3c4d"),
        },
        _ => node?.DeepClone(),
    };

    [GeneratedRegex("\\b(app|viewer|marketer|admin)-[0-9a-f]{8}\\b")]
    private static partial Regex KeyName();
}
