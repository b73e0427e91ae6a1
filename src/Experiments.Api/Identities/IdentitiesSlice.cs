using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Identities;

/// <summary>Several ids of one person.</summary>
internal static class IdentitiesSlice
{
    public static void MapIdentities(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("/v1/identities").WithTags("Events").Requires(read: Role.App, write: Role.App).WithSmallBodies();
        AddAlias.Map(routes);
    }
}
