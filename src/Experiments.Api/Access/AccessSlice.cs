namespace Experiments.Api.Access;

internal static class AccessSlice
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>Where the service listens, and what it refuses to.</summary>
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
    }

    public static void UseAccess(this WebApplication app) => app.UseMiddleware<AccessMiddleware>();

    /// <summary>Declares that a route shows no data and needs no key.</summary>
    public static TBuilder Public<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new PublicAccess());
}
