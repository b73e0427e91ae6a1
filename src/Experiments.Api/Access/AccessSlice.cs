using Experiments.Api.Shared;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Access;

internal static class AccessSlice
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>Where the service listens, what it refuses to, and who comes in.</summary>
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        string[] names = [WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey];
        if (names.All(name => string.IsNullOrEmpty(configuration[name])) && !configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultUrl);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureEndpointDefaults(LoopbackOnly.Check);
        });

        var services = builder.Services;
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<KeyUses>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUses>());
        services.AddSingleton<Streams>();
        services.AddDataProtection().SetApplicationName("Experiments");
        services.AddSingleton<KeyRing>();
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing>((options, ring) => options.XmlRepository = ring);
        services.AddSingleton<Sessions>();
        services.AddSingleton<StreamTickets>();
        services.AddSingleton<Credentials>();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<AccessOptions>>((cors, access) =>
            cors.AddPolicy(Cors.Policy, policy => Cors.Configure(policy, access.Value.Origins)));
    }

    public static void UseAccess(this WebApplication app)
    {
        app.UseCors();
        app.UseMiddleware<AccessMiddleware>();
    }

    public static void MapAccess(this IEndpointRouteBuilder app)
    {
        SignIn.Map(app);
        var keys = app.MapGroup("/v1/keys").WithTags("Keys").Requires(read: Role.Admin, write: Role.Admin).WithSmallBodies()
            .WithETags(versionTellsAll: false);
        CreateKey.Map(keys);
        ReadKeys.Map(keys);
        RotateKey.Map(keys);
        RevokeKey.Map(keys);
    }
}
