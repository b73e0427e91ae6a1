using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Analyses;

/// <summary>Read-outs and plans without stored data.</summary>
internal static class AnalysesSlice
{
    public static void MapAnalyses(this IEndpointRouteBuilder app)
    {
        var analyses = app.MapGroup("/v1").WithTags("Analyses").Requires(read: Role.Viewer, write: Role.Viewer).WithSmallBodies();
        Analyse.Map(analyses);
        PlanTest.Map(analyses);
    }
}
