using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Experiments.Api.Shared.OpenApi;

/// <summary>Writes the words that a member may take as an enumeration.</summary>
internal sealed class AllowedValuesFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.MemberInfo?.GetCustomAttribute<AllowedValuesAttribute>() is not { } allowed || schema is not OpenApiSchema concrete) return;
        concrete.Enum = [.. allowed.Values.OfType<string>().Select(JsonNode (value) => JsonValue.Create(value))];
    }
}
