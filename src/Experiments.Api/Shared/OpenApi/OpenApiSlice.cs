using Experiments.Api.Access;
using Microsoft.OpenApi;

namespace Experiments.Api.Shared.OpenApi;

/// <summary>The description of the API, made from the running code: <c>/openapi.yaml</c>, and <c>/swagger</c> to try it.</summary>
internal static class OpenApiSlice
{
    private const string Document = "openapi";

    public static IServiceCollection AddOpenApiDescription(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "Experiments",
                Version = "v1",
                Description = "Hypotheses, experiments, assignments, events, results and best practices. "
                    + "Errors are RFC 9457 problems with a stable code.",
            });
            options.IncludeXmlComments(typeof(OpenApiSlice).Assembly);
            options.CustomSchemaIds(SchemaNames.Of);
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.UseAllOfToExtendReferenceSchemas();
            options.SchemaFilter<AllowedValuesFilter>();
            options.SchemaFilter<OmittedFilter>();
            options.OperationFilter<HeadersFilter>();
            options.OperationFilter<BodiesFilter>();
            options.OrderActionsBy(api => $"{api.RelativePath} {api.HttpMethod}");
            options.OperationFilter<Examples>();
            options.OperationFilter<SecurityFilter>();
            options.DocumentFilter<SecurityFilter>();
            options.AddSecurityDefinition(SecurityFilter.Bearer, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key made with 'keys create --role …'. Not asked for while no key exists.",
            });
            options.AddSecurityDefinition(SecurityFilter.Header, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "X-API-Key",
                Description = "The same key, for callers that cannot set Authorization.",
            });
        });

    public static void MapOpenApiDescription(this WebApplication app)
    {
        app.MapSwagger("/{documentName}.{extension:regex(^(json|yaml)$)}").Public();
        app.UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint($"/{Document}.json", "Experiments v1");
            options.RoutePrefix = "swagger";
            options.DocumentTitle = "Experiments API";
        });
    }
}
