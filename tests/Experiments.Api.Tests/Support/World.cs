using System.Globalization;
using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Sdk;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Tests.Support;

/// <summary>Users who meet a parameter as an app with the SDK would serve it, and convert as the world has it. Seeded.</summary>
/// <param name="api">The service that has the snapshot and takes the events.</param>
/// <param name="parameter">What the app reads.</param>
/// <param name="kpi">Name of the event of a conversion.</param>
/// <param name="rate">Conversion rate by value served; "" is the app's own default.</param>
/// <param name="seed">Of the conversions; also part of the ids of the users.</param>
internal sealed class World(ApiClient api, string parameter, string kpi, Func<string, double> rate, int seed)
{
    private readonly Random _random = new(seed);
    private int _users;

    /// <summary>Conversion rate by value served; may change.</summary>
    public Func<string, double> Rate { get; set; } = rate;

    /// <summary>Attributes that every user has.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Who takes the events; by default the service that gave the snapshot.</summary>
    public ApiClient? To { get; init; }

    /// <summary>Users served so far by what served them: "experiment/variant" or "practice/side".</summary>
    public Dictionary<string, int> Served { get; } = [];

    /// <summary>New users meet the parameter from a time on, evenly spread; who converts does so within minutes.</summary>
    /// <param name="users">How many.</param>
    /// <param name="from">First of them.</param>
    /// <param name="over">How long it takes.</param>
    public async Task VisitAsync(int users, DateTimeOffset from, TimeSpan over)
    {
        var snapshot = (await api.GetAsync("/v1/snapshot")).Deserialize<Snapshot>(ApiJson.Stored)!;
        var evaluator = SnapshotEvaluator.Compile(snapshot);
        var context = new ExperimentContext();
        foreach (var (name, value) in Attributes) context[name] = value;
        var events = new List<Event>();
        for (var i = 0; i < users; i++)
        {
            var user = string.Create(CultureInfo.InvariantCulture, $"w{seed}-{_users++}");
            events.AddRange(Visit(evaluator.Evaluate(parameter, user, context), user, from + (over * i / users)));
        }

        foreach (var batch in events.Chunk(5000)) await (To ?? api).EventsAsync(batch);
    }

    private IEnumerable<Event> Visit(Evaluation served, string user, DateTimeOffset at)
    {
        var side = served.Experiment is null ? $"practice/{served.Variant}" : $"experiment/{served.Variant}";
        Served[side] = Served.GetValueOrDefault(side) + 1;
        if (served.Arm is not null)
        {
            yield return new Event
            {
                Id = $"x/{served.Experiment ?? served.BestPractice}/{user}",
                Type = "exposure",
                User = user,
                Experiment = served.Experiment,
                BestPractice = served.BestPractice,
                Variant = served.Variant,
                Epoch = served.Epoch,
                At = at,
            };
        }

        if (_random.NextDouble() < Rate(served.Value?.GetString() ?? "")) yield return Event.Kpi(user, kpi, at: at.AddMinutes(1 + _random.Next(30)));
    }
}
