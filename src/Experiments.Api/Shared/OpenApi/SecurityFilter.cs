using Experiments.Api.Access;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Experiments.Api.Shared.OpenApi;

/// <summary>Says of each operation whether it needs a key, of which roles, and what is answered without one.</summary>
internal sealed class SecurityFilter : IOperationFilter, IDocumentFilter
{
    public const string Bearer = "bearer";
    public const string Header = "apiKey";

    private static readonly (string Status, string Name, string Description)[] Refusals =
    [
        ("401", "KeyRequired", "No key, or one that does not hold."),
        ("403", "RoleInsufficient", "The key's role does not allow this."),
        ("429", "TooManyRequests", "This key asks more often than it may; Retry-After says when to ask again."),
    ];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<PublicAccess>().Any())
        {
            operation.Security = [];
            return;
        }

        operation.Security = [Requirement(Bearer, context.Document), Requirement(Header, context.Document)];
        operation.Description = Roles(metadata, context.ApiDescription.HttpMethod!);
        // OFREP has errors of its own shape.
        var prefix = context.ApiDescription.RelativePath!.StartsWith("ofrep/", StringComparison.Ordinal) ? "Flag" : "";
        operation.Responses ??= [];
        foreach (var (status, name, _) in Refusals)
        {
            if (!operation.Responses.ContainsKey(status)) operation.Responses[status] = new OpenApiResponseReference(prefix + name, context.Document);
        }
    }

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Components ??= new OpenApiComponents();
        swaggerDoc.Components.Responses ??= new Dictionary<string, IOpenApiResponse>();
        foreach (var (_, name, description) in Refusals)
        {
            swaggerDoc.Components.Responses[name] = Refusal(swaggerDoc, name, description, "Problem", Problem.ContentType);
            swaggerDoc.Components.Responses["Flag" + name] = Refusal(swaggerDoc, "Flag" + name, description, "FlagError", "application/json");
        }
    }

    private static OpenApiResponse Refusal(OpenApiDocument document, string name, string description, string schema, string contentType) => new()
    {
        Description = description,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [contentType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(schema, document), Example = Examples.OfRefusal(name) },
        },
    };

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) => new()
    {
        [new OpenApiSecuritySchemeReference(scheme, document)] = [],
    };

    private static string Roles(IList<object> metadata, string method)
    {
        var requirement = metadata.OfType<AccessRequirement>().LastOrDefault() ?? AccessRequirement.Undeclared;
        var roles = Enum.GetValues<Role>().Where(role => requirement.Allows(role, method)).Select(role => $"`{role.ToString().ToLowerInvariant()}`");
        return $"For keys of role {string.Join(", ", roles)}{(metadata.OfType<BrowserAccess>().Any() ? "; browser keys too" : "")}.";
    }
}
