using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Experiments.Api.Shared.OpenApi;

/// <summary>A member that is left out when there is none is not required, whatever the code asks of who makes the object.</summary>
internal sealed class OmittedFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Required: { } required }) return;
        foreach (var member in context.Type.GetProperties())
        {
            if (member.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.WhenWritingNull })
                required.Remove(JsonNamingPolicy.CamelCase.ConvertName(member.Name));
        }
    }
}
