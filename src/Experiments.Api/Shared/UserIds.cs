using Experiments.Sdk.Assignment;

namespace Experiments.Api.Shared;

/// <summary>What a user's id may be: exactly what the SDK can hash.</summary>
internal static class UserIds
{
    public const string Message = "must be a user's id: 1 to 512 characters, without control characters";

    public static bool IsValid(string? user) => !string.IsNullOrEmpty(user) && UserHasher.IsValid(user);
}
