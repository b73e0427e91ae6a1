using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Ofrep;

/// <summary>OFREP 0.3, the OpenFeature remote evaluation protocol: parameters as flags, for apps without our SDK.</summary>
internal static class OfrepSlice
{
    public const string Root = "/ofrep";
    public const string Flags = Root + "/v1/evaluate/flags";
    public const string Changes = "/changes";

    public static IServiceCollection AddOfrep(this IServiceCollection services) => services.AddSingleton<FlagSource>();

    /// <summary>Comes before what writes problems: on these routes they leave in the protocol's form.</summary>
    public static void UseOfrep(this WebApplication app) => app.UseMiddleware<FlagErrorMiddleware>();

    public static void MapOfrep(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup(Flags).WithTags("Serve").Requires(read: Role.App, write: Role.App).ForBrowsers().WithSmallBodies();
        EvaluateFlag.Map(routes);
        EvaluateFlags.Map(routes);
        StreamChanges.Map(routes);
    }
}
