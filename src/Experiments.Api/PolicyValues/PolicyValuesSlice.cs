using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.PolicyValues;

/// <summary>What would come of serving other shares, read from the log of an experiment.</summary>
internal static class PolicyValuesSlice
{
    public static void MapPolicyValues(this IEndpointRouteBuilder app) => ReadPolicyValue.Map(
        app.MapGroup("/v1/experiments").WithTags("Results").Requires(read: Role.Viewer, write: Role.Viewer).WithSmallBodies());
}
