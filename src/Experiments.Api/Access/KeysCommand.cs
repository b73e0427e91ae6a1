using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Access;

/// <summary>The command <c>keys</c>: makes, lists and revokes keys on the store that the configuration names, or through a running service.</summary>
internal static class KeysCommand
{
    private const string Usage = """
        keys create --role app|viewer|marketer|admin [--label <what for>] [--browser true]    makes a key and prints it, once
        keys list                                       names, roles, states and last uses
        keys revoke --name <name>                       ends a key
        The store is the service's: --Experiments:Data <folder> or --Experiments:Redis <connection>.
        While a service holds the folder, ask it: --url http://127.0.0.1:5080 [--key <admin key>, or Experiments__Key in the environment].
        """;

    private const string Hint =
        " Or let the running service do it: add --url http://127.0.0.1:5080, and --key <admin key> once a key exists.";

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
        builder.Services.AddSingleton<KeyUses>();
        using var host = builder.Build();
        var asked = new Asked(verb, builder.Configuration);
        if (!asked.IsValid)
        {
            await errors.WriteLineAsync(Usage);
            return 2;
        }

        if (asked.Url is { } url)
        {
            using var remote = new RemoteKeys(url, asked.Key);
            return await remote.RunAsync(asked, output, errors);
        }

        try
        {
            await RunAsync(host.Services, asked, output);
            return 0;
        }
        catch (StoreRefusedException exception)
        {
            await errors.WriteLineAsync(exception.Message + Hint);
            return 1;
        }
    }

    /// <summary>What the command line asks for.</summary>
    internal sealed class Asked(string verb, IConfiguration configuration)
    {
        public string Verb { get; } = verb;

        public Role? Role { get; } = RoleNames.Parse(configuration["role"]);

        public string? Label { get; } = configuration["label"];

        public bool Browser { get; } = configuration["browser"] == "true";

        public string? Name { get; } = configuration["name"];

        public Uri? Url { get; } = Uri.TryCreate(configuration["url"], UriKind.Absolute, out var url) ? url : null;

        public string? Key { get; } = configuration["key"] ?? configuration["Experiments:Key"];

        public bool IsValid => (configuration["url"] is null || Url is not null) && Verb switch
        {
            "create" => Role is not null && (!Browser || Role == Access.Role.App),
            "list" => true,
            "revoke" => !string.IsNullOrEmpty(Name),
            _ => false,
        };
    }

    private static Task RunAsync(IServiceProvider services, Asked asked, TextWriter output) => asked.Verb switch
    {
        "create" => CreateAsync(services, asked, output),
        "list" => ListAsync(services, output),
        _ => RevokeAsync(services, asked.Name!, output),
    };

    private static async Task CreateAsync(IServiceProvider services, Asked asked, TextWriter output)
    {
        var (document, secret) = SecretKeys.Create(
            asked.Role!.Value, services.GetRequiredService<TimeProvider>().GetUtcNow(), asked.Label, asked.Browser);
        await services.GetRequiredService<CatalogStore>().CommitAsync(
            Actor.Command, _ => new CatalogChange("key.create", $"role {document.Role}", document), CancellationToken.None);
        await output.WriteLineAsync(secret);
    }

    private static async Task ListAsync(IServiceProvider services, TextWriter output)
    {
        var state = await services.GetRequiredService<CatalogStore>().RefreshAsync(CancellationToken.None);
        var uses = await services.GetRequiredService<KeyUses>().ReadAsync([.. state.AccessKeys.Keys], CancellationToken.None);
        foreach (var key in state.AccessKeys.Values.OrderBy(k => k.CreatedAt))
            await output.WriteLineAsync(Line(key.Key, key.Role, key.CreatedAt, uses[key.Key], key.Revoked, key.Name));
    }

    private static async Task RevokeAsync(IServiceProvider services, string name, TextWriter output)
    {
        await services.GetRequiredService<CatalogStore>().CommitAsync(
            Actor.Command, state => RevokeKey.Change(state.RequireKey(name)), CancellationToken.None);
        await output.WriteLineAsync($"{name} is revoked");
    }

    public static string Line(string key, string role, DateTimeOffset createdAt, DateTimeOffset? used, bool revoked, string? name) => string.Create(
        CultureInfo.InvariantCulture,
        $"{key}\t{role}\t{createdAt:u}\t{(used is { } at ? $"used {at:u}" : "never used")}\t{name}\t{(revoked ? "revoked" : "active")}");
}
