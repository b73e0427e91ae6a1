using Experiments.Api.Access;
using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Users;

/// <summary>What the service does for the people behind the numbers.</summary>
internal static class UsersSlice
{
    public static IServiceCollection AddUsers(this IServiceCollection services) => services.AddSingleton<UserEraser>();

    public static void MapUsers(this IEndpointRouteBuilder app) =>
        EraseUser.Map(app.MapGroup("/v1/users").WithTags("Users").Requires(read: Role.Admin, write: Role.Admin));
}
