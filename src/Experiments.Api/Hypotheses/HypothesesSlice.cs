using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Hypotheses;

internal static class HypothesesSlice
{
    public static void MapHypotheses(this IEndpointRouteBuilder app)
    {
        var hypotheses = app.MapGroup("/v1/hypotheses").WithTags("Hypotheses").Requires(read: Role.Viewer, write: Role.Marketer).WithSmallBodies().WithETags();
        CreateHypothesis.Map(hypotheses);
        ReadHypotheses.Map(hypotheses);
        ChangeHypothesis.Map(hypotheses);
        ArchiveHypothesis.Map(hypotheses);
    }
}
