using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Experiments.Api.Shared.OpenApi;

/// <summary>A body refers to its schema plainly: <c>allOf</c> around it is for members, which may be null.</summary>
internal sealed class BodiesFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var body in operation.RequestBody?.Content?.Values.OfType<OpenApiMediaType>() ?? [])
        {
            if (body.Schema?.AllOf is [{ } only]) body.Schema = only;
        }
    }
}
