using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Assignments;

internal static class AssignmentsSlice
{
    public static IServiceCollection AddAssignments(this IServiceCollection services) => services
        .AddSingleton<ServedSnapshot>()
        .AddSingleton<StoreArmStore>()
        .AddSingleton<FirstArms>()
        .AddSingleton<Assigner>();

    public static void MapAssignments(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("/v1").WithTags("Serve").Requires(read: Role.App, write: Role.App).WithSmallBodies();
        GetSnapshot.Map(routes);
        Assign.Map(routes);
        KeepArm.Map(routes);
    }
}
