using System.Collections.Immutable;
using Experiments.Api.Shared;

namespace Experiments.Api.Catalog;

/// <summary>The whole catalogue at one version: the fold of its log. Immutable, so that readers need no lock.</summary>
internal sealed record CatalogState
{
    public static readonly CatalogState Empty = new();

    /// <summary>Number of commits so far; the version of the store's shard.</summary>
    public long Version { get; init; }

    /// <summary>Hash of the last entry of the log.</summary>
    public string Head { get; init; } = CatalogEntry.NoHash;

    public ImmutableDictionary<string, Kpi> Kpis { get; init; } = NoDocuments<Kpi>();
    public ImmutableDictionary<string, Hypothesis> Hypotheses { get; init; } = NoDocuments<Hypothesis>();
    public ImmutableDictionary<string, Experiment> Experiments { get; init; } = NoDocuments<Experiment>();
    public ImmutableDictionary<string, BestPractice> BestPractices { get; init; } = NoDocuments<BestPractice>();
    public ImmutableDictionary<string, AccessKey> AccessKeys { get; init; } = NoDocuments<AccessKey>();
    public ImmutableDictionary<string, Webhook> Webhooks { get; init; } = NoDocuments<Webhook>();

    /// <summary>Decisions by experiment, oldest first.</summary>
    public ImmutableDictionary<string, ImmutableList<Decision>> Decisions { get; init; } = NoDocuments<ImmutableList<Decision>>();

    /// <summary>The state after one more entry.</summary>
    public CatalogState Apply(CatalogEntry entry)
    {
        var state = this with { Version = entry.Seq, Head = entry.Hash };
        foreach (var document in entry.Documents) state = state.With(DocumentCodec.Read(document));
        return state;
    }

    /// <summary>The state with a document written, at the same version; for what is computed before a commit.</summary>
    public CatalogState With(IDocument document) => document switch
    {
        Kpi kpi => this with { Kpis = Kpis.SetItem(kpi.Key, kpi) },
        Hypothesis hypothesis => this with { Hypotheses = Hypotheses.SetItem(hypothesis.Key, hypothesis) },
        Experiment experiment => this with { Experiments = Experiments.SetItem(experiment.Key, experiment) },
        BestPractice practice => this with { BestPractices = BestPractices.SetItem(practice.Key, practice) },
        Reweighting step => this with { Experiments = Experiments.SetItem(step.Key, step.ApplyTo(RequireExperiment(step.Key))) },
        AccessKey key => this with { AccessKeys = AccessKeys.SetItem(key.Key, key) },
        Webhook webhook => this with { Webhooks = Webhooks.SetItem(webhook.Key, webhook) },
        Decision decision => this with
        {
            Decisions = Decisions.SetItem(decision.Experiment, DecisionsOf(decision.Experiment).Add(decision)),
        },
        _ => throw new ArgumentException($"The catalogue has no documents of type {document.GetType().Name}.", nameof(document)),
    };

    /// <summary>The version that a document of this type and key is at; 0 when there is none.</summary>
    public long VersionOf(IDocument document) => document switch
    {
        Kpi => Kpis.GetValueOrDefault(document.Key)?.Version ?? 0,
        Hypothesis => Hypotheses.GetValueOrDefault(document.Key)?.Version ?? 0,
        Experiment or Reweighting => Experiments.GetValueOrDefault(document.Key)?.Version ?? 0,
        BestPractice => BestPractices.GetValueOrDefault(document.Key)?.Version ?? 0,
        AccessKey => AccessKeys.GetValueOrDefault(document.Key)?.Version ?? 0,
        Webhook => Webhooks.GetValueOrDefault(document.Key)?.Version ?? 0,
        Decision decision => DecisionsOf(decision.Experiment).Find(d => d.Key == decision.Key)?.Version ?? 0,
        _ => throw new ArgumentException($"The catalogue has no documents of type {document.GetType().Name}.", nameof(document)),
    };

    public ImmutableList<Decision> DecisionsOf(string experiment) => Decisions.GetValueOrDefault(experiment, []);

    /// <exception cref="ProblemException">404 when there is none.</exception>
    public Kpi RequireKpi(string key) => Kpis.GetValueOrDefault(key) ?? throw Problems.NotFound("kpi", key);

    /// <exception cref="ProblemException">404 when there is none.</exception>
    public Hypothesis RequireHypothesis(string key) => Hypotheses.GetValueOrDefault(key) ?? throw Problems.NotFound("hypothesis", key);

    /// <exception cref="ProblemException">404 when there is none.</exception>
    public Experiment RequireExperiment(string key) => Experiments.GetValueOrDefault(key) ?? throw Problems.NotFound("experiment", key);

    /// <exception cref="ProblemException">404 when there is none.</exception>
    public BestPractice RequireBestPractice(string key) =>
        BestPractices.GetValueOrDefault(key) ?? throw Problems.NotFound("best-practice", key);

    /// <exception cref="ProblemException">404 when there is none.</exception>
    public AccessKey RequireKey(string key) => AccessKeys.GetValueOrDefault(key) ?? throw Problems.NotFound("key", key);

    /// <exception cref="ProblemException">404 when there is none.</exception>
    public Webhook RequireWebhook(string key) => Webhooks.GetValueOrDefault(key) ?? throw Problems.NotFound("webhook", key);

    private static ImmutableDictionary<string, T> NoDocuments<T>() => ImmutableDictionary.Create<string, T>(StringComparer.Ordinal);
}
