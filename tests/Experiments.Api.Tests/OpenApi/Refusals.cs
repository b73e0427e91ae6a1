using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Experiments.Api.Access;
using Experiments.Api.Shared;
using Experiments.Api.Shared.OpenApi;
using Experiments.Api.Tests.Common;
using Microsoft.AspNetCore.WebUtilities;

namespace Experiments.Api.Tests.OpenApi;

/// <summary>Asks every operation for each error that it declares; what cannot be provoked here is written as the service would.</summary>
internal sealed class Refusals(ApiHost api, Recorder tell)
{
    public async Task TellAsync(JsonElement description)
    {
        foreach (var (operation, responses) in Operations(description))
        {
            // A stream that is let in never ends.
            if (operation == "streamFlagChanges") tell.Put(operation, 400, new JsonObject { ["errorCode"] = "PARSE_ERROR", ["errorDetails"] = "The request cannot be read." });
            foreach (var status in responses.Where(s => s[0] is '4' or '5' && !tell.Has(operation, s)))
            {
                var number = int.Parse(status, CultureInfo.InvariantCulture);
                if (!await ProvokeAsync(operation, number)) tell.Put(operation, number, Written(operation, number));
            }
        }

        await SharedAsync();
    }

    private async Task<bool> ProvokeAsync(string operation, int status)
    {
        var json = tell.Recorded[operation]?["request"] as JsonObject;
        var type = json?.FirstOrDefault().Key ?? "application/json";
        var same = json?.FirstOrDefault().Value is { } body ? body is JsonValue text ? text.GetValue<string>() : body.ToJsonString() : null;
        // Requests that several statuses may come of: the first that brings this one is the example.
        (string? Key, string? Body, string Query, string Type, (string, string)[] Headers)[] tries = status switch
        {
            400 => [(ExampleStory.Test, same is null ? null : """{"colour":"green"}""", same is null ? "?limit=0&entries=x&pillar=nothing" : "", type, []), ("easier-to-see", """{"colour":"green"}""", "", type, []), ("purchase", """{"colour":"green"}""", "", type, []), ("crm", """{"colour":"green"}""", "", type, []), ("a\u0001", null, "", type, []), (ExampleStory.Test, null, "?lang=de", type, []), ("past", "a,b", "?variants=a", type, [])],
            404 => [("nothing", same, "?variant=group", type, []), ("nothing", same?.Replace("\"hero\"", "\"nothing\"", StringComparison.Ordinal), "", type, [])],
            409 => [(ExampleStory.Test, same, "", type, []), ("purchase", same, "", type, []), ("easier-to-see", same, "", type, []), ("draft", same, "?variant=group", type, []), ("draft", """{"weights":{"green":1}}""", "", type, [])],
            412 => [.. new[] { "green-button", "easier-to-see", "purchase", "crm" }.Select(key => (key, same, "", type, new[] { ("If-Match", "\"999\"") }))],
            415 => [("past", "x", "?variant=group", "text/plain", [])],
            422 when operation == "collectEvents" => [(null, """{"events":[{"id":"1","type":"kpi","user":"u1"}]}""", "", type, [])],
            422 => [(ExampleStory.Test, same?.Replace("\"green\"", "\"blue\"", StringComparison.Ordinal), "", type, [])],
            _ => [],
        };
        foreach (var t in tries)
        {
            if (await tell.RefusedAsync(operation, status, t.Key, t.Body, t.Query, t.Type, t.Headers)) return true;
        }

        return false;
    }

    private async Task SharedAsync()
    {
        var shared = new JsonObject();
        using var client = api.CreateClient();
        var wrong = ("Authorization", "Bearer " + SecretKeys.Create(Role.App, api.Clock.GetUtcNow()).Secret);
        var viewer = ("Authorization", "Bearer " + await api.KeyAsync(Role.Viewer));
        foreach (var (prefix, path) in new[] { ("", "/v1/assignments"), ("Flag", "/ofrep/v1/evaluate/flags") })
        {
            shared[prefix + "KeyRequired"] = JsonNode.Parse((await api.PostAsync(path, "{}", wrong)).Text);
            shared[prefix + "RoleInsufficient"] = JsonNode.Parse((await api.PostAsync(path, "{}", viewer)).Text);
            shared[prefix + "TooManyRequests"] = prefix.Length == 0 ? Problem(RateLimits.TooMany(1)) : new JsonObject { ["errorCode"] = "GENERAL", ["errorDetails"] = RateLimits.TooMany(1).Message };
        }

        foreach (var problem in shared.Where(s => s.Value?["traceId"] is not null)) problem.Value!["traceId"] = "0af7651916cd43dd8448eb211c80319c";
        tell.Recorded[Examples.Refusals] = shared;
    }

    private static JsonObject Written(string operation, int status) => status switch
    {
        404 when operation == "streamResults" => Problem(Problems.NotFound("experiment", "nothing")),
        404 when operation.Contains("Key", StringComparison.Ordinal) => Problem(Problems.NotFound("key", "nothing")),
        400 => Problem(Problems.Invalid("invalid-request", "'pillar' must be one of transaction, relation, individualisation, community.")),
        412 => Problem(Problems.StaleVersion(3)),
        413 => Problem(new ProblemException(413, "body-too-large", "The body is larger than this route takes.")),
        422 => Problem(Problems.Unprocessable("idempotency-key-reused", "This Idempotency-Key was used with another body. Use a new key for a new request.")),
        429 => Problem(RateLimits.TooMany(1)),
        503 => Problem(Problems.Unavailable("The store cannot be reached now. Nothing is half-written; try again.")),
        409 => Problem(new ProblemException(409, "idempotency-in-progress", "The first request with this key is still running; ask again in a moment.")),
        404 => Problem(Problems.NotFound("resource", "nothing")),
        _ => throw new ArgumentException($"Nothing provokes {status} of {operation}.", nameof(status)),
    };

    private static JsonObject Problem(ProblemException problem) => JsonSerializer.SerializeToNode(
        new Problem
        {
            Type = $"urn:experiments:problem:{problem.Code}",
            Title = ReasonPhrases.GetReasonPhrase(problem.Status),
            Status = problem.Status,
            Detail = problem.Message,
            Code = problem.Code,
            TraceId = "0af7651916cd43dd8448eb211c80319c",
        },
        ApiJson.Options)!.AsObject();

    private static IEnumerable<(string Operation, string[] Responses)> Operations(JsonElement description) =>
        description.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(o => (
            o.Value.GetProperty("operationId").GetString()!,
            o.Value.GetProperty("responses").EnumerateObject().Where(r => r.Value.TryGetProperty("content", out _)).Select(r => r.Name).ToArray()));
}
