using System.Security.Claims;

namespace Experiments.Api.Shared;

/// <summary>Who asks, for the audit.</summary>
internal static class Actor
{
    /// <summary>Without keys the service is on loopback: whoever asks is on this machine.</summary>
    public const string Local = "local";

    /// <summary>Commands of the program, run by whoever holds the data.</summary>
    public const string Command = "command";

    public static string ActorName(this ClaimsPrincipal user) => user.Identity?.Name ?? Local;
}
