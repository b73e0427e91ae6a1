using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Allocations;

/// <summary>A step of the bandit without stored data.</summary>
internal static class AllocationsSlice
{
    public static void MapAllocations(this IEndpointRouteBuilder app) => Allocate.Map(
        app.MapGroup("/v1").WithTags("Analyses").Requires(read: Role.Viewer, write: Role.Viewer).WithSmallBodies());
}
