using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Kpis;

internal static class KpisSlice
{
    public static void MapKpis(this IEndpointRouteBuilder app)
    {
        var kpis = app.MapGroup("/v1/kpis").WithTags("KPIs").Requires(read: Role.Viewer, write: Role.Marketer).WithSmallBodies().WithETags();
        CreateKpi.Map(kpis);
        ReadKpis.Map(kpis);
        ChangeKpi.Map(kpis);
        ArchiveKpi.Map(kpis);
    }
}
