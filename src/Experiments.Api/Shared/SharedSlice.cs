using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Experiments.Api.Shared;

/// <summary>What every slice stands on: JSON, problems, validation.</summary>
internal static class SharedSlice
{
    public static IServiceCollection AddShared(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        // Binding failures become exceptions, so that one handler words every error.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddMetrics();
        services.TryAddSingleton<ApiMetrics>();
        return services.AddValidators();
    }

    /// <summary>Errors as problem+json, whoever raised them, and the headers of every answer.</summary>
    public static void UseShared(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(static state => SecurityHeaders.Apply((HttpContext)state), context);
            return next(context);
        });
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<CompletenessMiddleware>();
        app.UseStatusCodePages(static context => Problems.WriteAsync(context.HttpContext, StatusProblems.Of(context.HttpContext)));
    }
}
