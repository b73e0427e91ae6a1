using System.Text.Json;
using System.Text.Json.Nodes;
using Experiments.Api.Access;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Webhooks;
using NSwag;

namespace Experiments.Api.Tests.OpenApi;

/// <summary>Every operation shows what is sent and answered: recorded from the service, sent anew here, and of the form that the schema says.</summary>
public sealed class ExamplesTests
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson()) { WriteIndented = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The whole story is told again; what is answered has the members that the examples have.</summary>
    [Fact]
    public async Task Examples_SentAnew_AreAnsweredInTheSameForm()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = new ApiHost(null, ("Experiments:Webhooks:AllowPrivateAddresses", "true"));
        var description = (await api.GetAsync("/openapi.json")).Json;
        var admin = ("Authorization", "Bearer " + await api.KeyAsync(Role.Admin));
        var tell = new Recorder(api, description, admin);
        await new ExampleStory(api, tell, new Recorder(api, description, ("Authorization", "Bearer " + await api.KeyAsync(Role.Marketer))) { Recorded = tell.Recorded }, receiver).TellAsync();
        await new Refusals(api, tell).TellAsync(description);

        var file = Path.Combine(Repository.Root, "src", "Experiments.Api", "Shared", "OpenApi", "Examples.json");
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(file, Token))!;
        var difference = Shape.Difference(kept, tell.Recorded, "$");
        if (difference is not null && Environment.GetEnvironmentVariable("EXPERIMENTS_WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(file, tell.Recorded.ToJsonString(Indented) + "\n", Token);
            return;
        }

        Assert.True(difference is null, $"{difference}; record the examples with EXPERIMENTS_WRITE_OPENAPI=1, build, write openapi.yaml, and review the difference.");
    }

    [Fact]
    public async Task Operations_HaveEachAnExample_OfEveryBody()
    {
        await using var api = new ApiHost();
        var description = (await api.GetAsync("/openapi.json")).Json;
        var silent = new List<string>();
        foreach (var operation in description.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(o => o.Value))
        {
            var id = operation.GetProperty("operationId").GetString();
            if (operation.TryGetProperty("requestBody", out var request)) silent.AddRange(Silent(request).Select(type => $"{id}: request {type}"));
            foreach (var response in operation.GetProperty("responses").EnumerateObject()) silent.AddRange(Silent(Of(description, response.Value)).Select(type => $"{id}: {response.Name} {type}"));
        }

        Assert.Empty(silent);
    }

    /// <summary>By another's reading of the schemas, NSwag's.</summary>
    [Fact]
    public async Task Examples_HaveTheFormThatTheirSchemasSay()
    {
        await using var api = new ApiHost();
        var document = await OpenApiDocument.FromJsonAsync((await api.GetAsync("/openapi.json")).Text, Token);
        var faults = new List<string>();
        foreach (var operation in document.Operations.Select(o => o.Operation))
        {
            foreach (var (type, media) in operation.RequestBody?.Content.Where(c => c.Key == "application/json") ?? []) faults.AddRange(Faults(media, $"{operation.OperationId} request {type}"));
            foreach (var (status, response) in operation.ActualResponses)
            {
                foreach (var (type, media) in response.Content.Where(c => c.Key.EndsWith("json", StringComparison.Ordinal))) faults.AddRange(Faults(media, $"{operation.OperationId} {status} {type}"));
            }
        }

        Assert.Empty(faults);
    }

    private static IEnumerable<string> Faults(OpenApiMediaType media, string where) =>
        media.Schema.ActualSchema.Validate(Newtonsoft.Json.JsonConvert.SerializeObject(media.Example), NJsonSchema.SchemaType.OpenApi3)
            .Select(fault => $"{where}: {fault}");

    private static JsonElement Of(JsonElement description, JsonElement response) => response.TryGetProperty("$ref", out var reference)
        ? description.GetProperty("components").GetProperty("responses").GetProperty(reference.GetString()!.Split('/')[^1])
        : response;

    private static IEnumerable<string> Silent(JsonElement body) => body.TryGetProperty("content", out var content)
        ? content.EnumerateObject().Where(media => !media.Value.TryGetProperty("example", out _)).Select(media => media.Name)
        : [];

    private static JsonSerializerOptions ApiJson() => Api.Shared.ApiJson.Stored;
}
