using System.Diagnostics;
using Experiments.Api.Access;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Experiments.Api.Observability;

/// <summary>Metrics and traces: <c>/metrics</c> for Prometheus, and OTLP where the environment names an endpoint for it.</summary>
internal static class ObservabilitySlice
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Meters of ours: the service's own, and the SDK's where one runs in the process.</summary>
    private const string Meters = "Experiments.*";

    public static void AddObservability(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("experiments"))
            .WithMetrics(metrics => metrics
                .AddMeter(Meters)
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter())
            .WithTracing(tracing => tracing
                .AddSource(Meters)
                .AddAspNetCoreInstrumentation(options => options.EnrichWithHttpResponse = WithoutUser));
        if (!string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint])) telemetry.UseOtlpExporter();
        builder.Services.AddHostedService<StoreGauges>();
    }

    /// <summary>Numbers of the service are for those who may read its results.</summary>
    public static void MapObservability(this IEndpointRouteBuilder app) =>
        app.MapGroup("").Requires(read: Role.Viewer, write: Role.Admin).MapPrometheusScrapingEndpoint("/metrics");

    /// <summary>A path can hold a user's id: a trace has the route in its place.</summary>
    private static void WithoutUser(Activity activity, HttpResponse response)
    {
        var route = (response.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
        activity.SetTag("url.path", route);
        activity.SetTag("url.query", null);
    }
}
