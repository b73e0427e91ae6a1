using Experiments.Api.Access;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Results;

/// <summary>Moments in, statistics called, verdict out.</summary>
internal static class ResultsSlice
{
    public static IServiceCollection AddResults(this IServiceCollection services) => services
        .AddSingleton<LookStore>()
        .AddSingleton<Priors>()
        .AddSingleton<ResultsService>()
        .AddSingleton<SharedResults>();

    public static void MapResults(this IEndpointRouteBuilder app)
    {
        var results = app.MapGroup("/v1/experiments").WithTags("Results").Requires(read: Role.Viewer, write: Role.Marketer);
        ReadResults.Map(results);
        ReadHistory.Map(results);
        ReadPriors.Map(app);
        StreamResults.Map(results);
    }
}
