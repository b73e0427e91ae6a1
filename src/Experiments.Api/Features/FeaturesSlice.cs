using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Features;

/// <summary>Flags of Microsoft.FeatureManagement become experiments, and experiments flags.</summary>
internal static class FeaturesSlice
{
    public static void MapFeatures(this IEndpointRouteBuilder app)
    {
        var features = app.MapGroup("/v1/experiments").WithTags("Experiments")
            .Requires(read: Role.Viewer, write: Role.Marketer).WithSmallBodies().WithETags();
        ImportFlags.Map(features);
        ExportFlag.Map(features);
    }
}
