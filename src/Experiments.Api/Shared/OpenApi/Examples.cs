using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Experiments.Api.Shared.OpenApi;

/// <summary>Puts into the description what was really sent and answered; <c>Examples.json</c> is recorded by a test, which repeats it too.</summary>
internal sealed class Examples : IOperationFilter
{
    public const string Resource = "openapi/Examples.json";

    /// <summary>Member of the recording with the answers that all operations share.</summary>
    public const string Refusals = "refusals";

    private static readonly JsonObject Recorded = Read();

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (Recorded[operation.OperationId!] is not JsonObject examples) return;
        foreach (var (type, body) in operation.RequestBody?.Content ?? new Dictionary<string, IOpenApiMediaType>())
        {
            // A merge patch and plain JSON are the same text.
            if (body is OpenApiMediaType media) media.Example = (examples["request"]?[type] ?? examples["request"]?["application/merge-patch+json"])?.DeepClone();
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            foreach (var media in (response as OpenApiResponse)?.Content?.Values.OfType<OpenApiMediaType>() ?? [])
                media.Example = examples["answers"]?[status]?.DeepClone();
        }
    }

    public static JsonNode? OfRefusal(string name) => Recorded[Refusals]?[name]?.DeepClone();

    private static JsonObject Read()
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream(Resource)!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
