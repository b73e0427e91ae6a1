using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Experiments.Api.Shared.OpenApi;

/// <summary>A parameter that a handler reads by itself, from the query or a header.</summary>
internal sealed record DescribedParameter(string Name, string Description, ParameterLocation In = ParameterLocation.Query)
{
    public JsonSchemaType Type { get; init; } = JsonSchemaType.String;

    public bool IsRepeated { get; init; }
    public bool IsRequired { get; init; }
    public int? MaxLength { get; init; }
}

/// <summary>Describes the parameters that handlers do not name.</summary>
internal sealed class HeadersFilter : IOperationFilter
{
    private static readonly DescribedParameter IdempotencyKey = new(
        Idempotency.Header, "Repeating a request with the same key and body gives the first answer again, and creates nothing twice.", ParameterLocation.Header)
    {
        MaxLength = 255,
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var parameters = metadata.OfType<DescribedParameter>().ToList();
        if (metadata.OfType<Idempotency.IdempotentMetadata>().Any()) parameters.Add(IdempotencyKey);
        if (parameters.Count == 0) return;
        operation.Parameters ??= [];
        foreach (var parameter in parameters) operation.Parameters.Add(Written(parameter));
    }

    private static OpenApiParameter Written(DescribedParameter parameter)
    {
        var one = new OpenApiSchema { Type = parameter.Type, MaxLength = parameter.MaxLength };
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.In,
            Required = parameter.IsRequired,
            Description = parameter.Description,
            Schema = parameter.IsRepeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one,
        };
    }
}
