using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Access;

/// <summary>The command <c>keys</c>: makes, lists and revokes keys on the store that the configuration names.</summary>
internal static class KeysCommand
{
    private const string Usage = """
        keys create --role app|viewer|marketer|admin    makes a key and prints it, once
        keys list                                       names, roles and states
        keys revoke --name <name>                       ends a key
        The store is the service's: --Experiments:Data <folder> or --Experiments:Redis <connection>.
        """;

    public static bool Handles(string[] args) => args is ["keys", ..];

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var verb = args.Length > 1 ? args[1] : "";
        var builder = Host.CreateApplicationBuilder(args[Math.Min(2, args.Length)..]);
        // What is printed may be read by a script: a key and nothing else.
        builder.Logging.ClearProviders();
        builder.Services.AddStore(builder.Configuration);
        builder.Services.AddCatalog();
        using var host = builder.Build();
        var services = host.Services;
        switch (verb)
        {
            case "create" when RoleNames.Parse(builder.Configuration["role"]) is { } role:
                return await CreateAsync(services, role, output);
            case "list":
                return await ListAsync(services, output);
            case "revoke" when builder.Configuration["name"] is { Length: > 0 } name:
                return await RevokeAsync(services, name, output);
            default:
                await errors.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static async Task<int> CreateAsync(IServiceProvider services, Role role, TextWriter output)
    {
        var (document, secret) = SecretKeys.Create(role, services.GetRequiredService<TimeProvider>().GetUtcNow());
        await services.GetRequiredService<CatalogStore>().CommitAsync(
            Actor.Command, _ => new CatalogChange("key.create", $"role {document.Role}", document), CancellationToken.None);
        await output.WriteLineAsync(secret);
        return 0;
    }

    private static async Task<int> ListAsync(IServiceProvider services, TextWriter output)
    {
        var state = await services.GetRequiredService<CatalogStore>().RefreshAsync(CancellationToken.None);
        foreach (var key in state.AccessKeys.Values.OrderBy(k => k.CreatedAt))
            await output.WriteLineAsync($"{key.Key}\t{key.Role}\t{key.CreatedAt:u}\t{(key.Revoked ? "revoked" : "active")}");
        return 0;
    }

    private static async Task<int> RevokeAsync(IServiceProvider services, string name, TextWriter output)
    {
        await services.GetRequiredService<CatalogStore>().CommitAsync(
            Actor.Command,
            state =>
            {
                var key = state.AccessKeys.GetValueOrDefault(name) ?? throw Problems.NotFound("key", name);
                return key.Revoked ? CatalogChange.None : new CatalogChange("key.revoke", "", key with { Revoked = true, Version = key.Version + 1 });
            },
            CancellationToken.None);
        await output.WriteLineAsync($"{name} is revoked");
        return 0;
    }
}
