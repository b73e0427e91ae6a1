using Microsoft.Extensions.Configuration.Memory;

namespace Experiments.Api.Shared;

/// <summary>Settings that hold wherever the program is started from; files, environment and arguments win over them.</summary>
internal static class Defaults
{
    public static void AddDefaults(this IHostApplicationBuilder builder) => builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = new Dictionary<string, string?>
        {
            // The framework logs every URL at Information, and a URL can carry a user's id.
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            // It warns that the keys of session cookies stand in the store as they are: docs/security.md says so.
            ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        },
    });
}
