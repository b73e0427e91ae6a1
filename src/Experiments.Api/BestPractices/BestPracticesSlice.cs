using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.BestPractices;

internal static class BestPracticesSlice
{
    public static void MapBestPractices(this IEndpointRouteBuilder app)
    {
        var practices = app.MapGroup("/v1/best-practices").WithTags("Best practices")
            .Requires(read: Role.Viewer, write: Role.Marketer).WithSmallBodies().WithETags(versionTellsAll: false);
        ReadBestPractices.Map(practices);
        RetireBestPractice.Map(practices);
    }
}
