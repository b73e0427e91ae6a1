using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Experiments;

internal static class ExperimentsSlice
{
    public static void MapExperiments(this IEndpointRouteBuilder app)
    {
        var experiments = app.MapGroup("/v1/experiments").WithTags("Experiments")
            .Requires(read: Role.Viewer, write: Role.Marketer).WithSmallBodies().WithETags();
        CreateExperiment.Map(experiments);
        ReadExperiments.Map(experiments);
        ChangeExperiment.Map(experiments);
        ArchiveExperiment.Map(experiments);
        StartExperiment.Map(experiments);
        PauseExperiment.Map(experiments);
        StopExperiment.Map(experiments);
        ListDecisions.Map(experiments);
    }
}
