using System.Collections.Frozen;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Experiments.Sdk;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Benchmarks.Assignment;

/// <summary>The limit of docs (look-up, UTF-8, XxHash3, bounds), ours, and Microsoft.FeatureManagement, on the same users and experiments.</summary>
public sealed class AssignmentCases : IDisposable
{
    private const int Users = 1024;

    private readonly FrozenDictionary<string, (byte[] Salt, ulong Bound)> _limit;
    private readonly SnapshotEvaluator _evaluator;
    private readonly ServiceProvider _provider;
    private readonly ExperimentsClient _client;
    private readonly ServiceProvider _featureProvider;
    private readonly IVariantFeatureManager _features;
    private readonly string[] _users = [.. Enumerable.Range(0, Users).Select(i => $"user-{i:D6}")];
    private readonly TargetingContext[] _targets;
    private readonly string[] _parameters;
    private readonly ExperimentContext _context = new() { Channel = "web", ["country"] = "FR" };
    private int _next;

    /// <param name="experiments">Running experiments, each on its own parameter.</param>
    /// <param name="coverage">Share of users who take part in each.</param>
    public AssignmentCases(int experiments, double coverage = 1)
    {
        _parameters = [.. Enumerable.Range(0, experiments).Select(i => $"page.parameter-{i}")];
        _targets = [.. _users.Select(user => new TargetingContext { UserId = user })];
        _limit = Enumerable.Range(0, experiments).ToFrozenDictionary(
            i => _parameters[i], i => (Encoding.UTF8.GetBytes($"experiment/1/e{i}:"), ulong.MaxValue / 2), StringComparer.Ordinal);

        var snapshot = new Snapshot { Version = 1, Experiments = [.. Enumerable.Range(0, experiments).Select(i => Experiment(i, coverage))] };
        _evaluator = SnapshotEvaluator.Compile(snapshot);

        var services = new ServiceCollection();
        services.AddExperiments(options =>
        {
            options.Endpoint = new Uri("http://127.0.0.1:9/");
            options.OutboxCapacity = 1_000_000;
            options.InMemoryOnly = true;
            options.ShutdownWait = TimeSpan.Zero;
        });
        _provider = services.BuildServiceProvider();
        _client = _provider.GetRequiredService<ExperimentsClient>();
        _client.Offer(snapshot);

        _featureProvider = new ServiceCollection()
            .AddSingleton(FeatureConfiguration())
            .AddFeatureManagement().Services.BuildServiceProvider();
        _features = _featureProvider.GetRequiredService<IVariantFeatureManager>();

        // Steady state: every user was exposed to every experiment.
        foreach (var user in _users)
        {
            foreach (var parameter in _parameters) _client.GetValue(parameter, user, _context, "");
        }
    }

    /// <summary>Nobody can decide a variant for less.</summary>
    public int Limit()
    {
        var (user, parameter) = Next();
        var (salt, bound) = _limit[_parameters[parameter]];
        Span<byte> buffer = stackalloc byte[256];
        salt.CopyTo(buffer);
        var length = salt.Length + Encoding.UTF8.GetBytes(_users[user], buffer[salt.Length..]);
        return XxHash3.HashToUInt64(buffer[..length]) < bound ? 0 : 1;
    }

    /// <summary>The one evaluation function.</summary>
    public int Evaluate()
    {
        var (user, parameter) = Next();
        return _evaluator.Evaluate(_parameters[parameter], _users[user], _context).VariantIndex;
    }

    /// <summary>The app's call: value of the app's type, no exposure, and where it comes from.</summary>
    public string Peek()
    {
        var (user, parameter) = Next();
        return _client.Peek(_parameters[parameter], _users[user], _context, "").Value;
    }

    /// <summary>The app's call with exposure recording.</summary>
    public string GetValue() => GetValue(_next++);

    /// <summary>The same, for a thread that counts its calls itself.</summary>
    public string GetValue(int next)
    {
        var (user, parameter) = At(next);
        return _client.GetValue(_parameters[parameter], _users[user], _context, "");
    }

    /// <summary>The app's call with exposure recording, and where the value comes from.</summary>
    public string GetAssignment()
    {
        var (user, parameter) = Next();
        return _client.GetAssignment(_parameters[parameter], _users[user], _context, "").Value;
    }

    /// <summary>Percentile allocation of Microsoft.FeatureManagement.</summary>
    public string? FeatureManagement()
    {
        var (user, parameter) = Next();
        return _features.GetVariantAsync(_parameters[parameter], _targets[user], CancellationToken.None).AsTask().GetAwaiter().GetResult()?.Name;
    }

    /// <summary>Reporting a KPI event: the caller's time.</summary>
    public void Track()
    {
        var (user, _) = Next();
        _client.Track("purchase", _users[user], 49.9);
    }

    public void Dispose()
    {
        _provider.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _featureProvider.Dispose();
    }

    private (int User, int Parameter) Next() => At(_next++);

    private (int User, int Parameter) At(int next) => ((next * 7) & (Users - 1), (int)((uint)next % (uint)_parameters.Length));

    private static SnapshotExperiment Experiment(int i, double coverage) => new()
    {
        Key = $"e{i}",
        Kind = "ab",
        Parameter = $"page.parameter-{i}",
        LayerSalt = $"layer/1/page.parameter-{i}",
        Slots = LayerSlots.Take([], LayerSlots.FromCoverage(coverage))!,
        Salt = $"experiment/1/e{i}",
        Epoch = 0,
        Variants = [new("control", JsonSerializer.Deserialize<JsonElement>("\"a\"")), new("new", JsonSerializer.Deserialize<JsonElement>("\"b\""))],
        Table = [[0, 0], [5000, 1]],
        Breakdowns = ["channel"],
    };

    private IConfiguration FeatureConfiguration() => new ConfigurationBuilder().AddJsonStream(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new
    {
        feature_management = new
        {
            feature_flags = _parameters.Select(parameter => new
            {
                id = parameter,
                enabled = true,
                variants = new[] { new { name = "control", configuration_value = "a" }, new { name = "new", configuration_value = "b" } },
                allocation = new
                {
                    percentile = new[] { new { variant = "control", from = 0, to = 50 }, new { variant = "new", from = 50, to = 100 } },
                    default_when_enabled = "control",
                    seed = $"seed-{parameter}",
                },
            }),
        },
    }))).Build();
}
