using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Experiments.Api.Access;

/// <summary>What pages of other origins may do once the configuration names them: ask and report, with a key, never with a cookie.</summary>
internal static class Cors
{
    public const string Policy = "apps";

    public static void Configure(CorsPolicyBuilder policy, string[] origins) => policy
        .WithOrigins(origins)
        .WithMethods(HttpMethods.Get, HttpMethods.Post)
        .WithHeaders("Authorization", "X-API-Key", "Content-Type", "Content-Encoding", "If-None-Match", "traceparent")
        .WithExposedHeaders("ETag", "Retry-After")
        .SetPreflightMaxAge(TimeSpan.FromHours(1));
}
