using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Experiments.Api.Assignments;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Sdk;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Ofrep;

/// <summary>All parameters that something decides, or that wait for a paused experiment, on one version of the catalogue.</summary>
internal sealed class FlagSet
{
    private static readonly JsonSerializerOptions Stored = new(ApiJson.Stored) { IncludeFields = true };

    private readonly SnapshotEvaluator _evaluator;
    private readonly FrozenSet<string> _decided;
    private readonly FrozenSet<string> _scopedPractices;
    private readonly FrozenDictionary<string, string> _paused;
    private readonly string[] _keys;

    private FlagSet(ServedSnapshot.Built built, Snapshot snapshot, CatalogState state)
    {
        Head = built.Head;
        _evaluator = built.Evaluator;
        _decided = _evaluator.Parameters.ToFrozenSet(StringComparer.Ordinal);
        _scopedPractices = snapshot.BestPractices.Where(p => p.Audience is not null).Select(p => p.Key).ToFrozenSet(StringComparer.Ordinal);
        _paused = state.Experiments.Values
            .Where(e => e is { Status: ExperimentStatus.Paused, Archived: false } && !_decided.Contains(e.Parameter))
            .OrderBy(e => e.Key, StringComparer.Ordinal)
            .DistinctBy(e => e.Parameter)
            .ToFrozenDictionary(e => e.Parameter, e => e.Key, StringComparer.Ordinal);
        _keys = [.. _decided.Concat(_paused.Keys).Order(StringComparer.Ordinal)];
        var audiences = snapshot.Experiments.Select(e => e.Audience).Concat(snapshot.BestPractices.Select(p => p.Audience));
        var groups = snapshot.Experiments.SelectMany(e => e.FeatureManagement?.Group ?? []).SelectMany(g => g.Groups).Select(FeatureAllocation.AttributeOf);
        Attributes = [.. audiences.SelectMany(AttributesOf).Concat(groups).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

        // Most changes of the catalogue are none of a flag.
        var decisions = JsonSerializer.SerializeToUtf8Bytes((snapshot with { Version = 0 }, _keys), Stored);
        Tag = Convert.ToHexStringLower(SHA256.HashData(decisions).AsSpan(0, 16));
    }

    /// <summary>Hash of the catalogue that this was made from.</summary>
    public string Head { get; }

    /// <summary>Version of the catalogue.</summary>
    public long Version => _evaluator.Version;

    /// <summary>Of all that decides a flag: another one may change somebody's.</summary>
    public string Tag { get; }

    /// <summary>Attributes that some audience or group asks for: nothing else of a context can change an answer.</summary>
    public IReadOnlyList<string> Attributes { get; }

    public static FlagSet From(ServedSnapshot.Built built, CatalogState state) =>
        new(built, JsonSerializer.Deserialize<Snapshot>(built.Bytes.Span, ApiJson.Stored)!, state);

    /// <summary>A flag for a user; null when nothing has this key.</summary>
    public async ValueTask<FlagView?> EvaluateAsync(string key, FlagContext context, Assigner assigner, CancellationToken cancellationToken) =>
        _decided.Contains(key) || _paused.ContainsKey(key) ? (await EvaluateAsync([key], context, assigner, cancellationToken))[0] : null;

    /// <summary>All flags for a user, in the order of their keys.</summary>
    public ValueTask<IReadOnlyList<FlagView>> EvaluateAllAsync(FlagContext context, Assigner assigner, CancellationToken cancellationToken) =>
        EvaluateAsync(_keys, context, assigner, cancellationToken);

    private async ValueTask<IReadOnlyList<FlagView>> EvaluateAsync(
        IReadOnlyList<string> keys, FlagContext context, Assigner assigner, CancellationToken cancellationToken)
    {
        var evaluations = await assigner.AssignAsync(_evaluator, keys, context.User, context.Attributes, cancellationToken);
        return [.. keys.Zip(evaluations, (key, evaluation) => _paused.TryGetValue(key, out var experiment)
            ? FlagView.Paused(key, experiment, Version)
            : FlagView.Of(key, evaluation, evaluation.BestPractice is { } practice && _scopedPractices.Contains(practice), Version))];
    }

    /// <summary>Tag of all flags for a user: of the catalogue, the user, the attributes that audiences ask for, and the flags themselves.</summary>
    /// <remarks>Clients send the tag of before with a changed context: one of the version alone would freeze the variant of before. And a
    /// bandit's variants are no function of version and context.</remarks>
    /// <param name="context">Whom they were evaluated for.</param>
    /// <param name="flags">All of them.</param>
    /// <param name="period">Of the ticket that comes with them: who keeps them must get the next one.</param>
    public string ETag(FlagContext context, IReadOnlyList<FlagView> flags, long period)
    {
        var parts = new List<string> { Head, context.User, period.ToString(CultureInfo.InvariantCulture) };
        foreach (var name in Attributes)
        {
            var value = context.Attributes[name];
            parts.Add(value.Kind.ToString());
            parts.Add(value.Kind == AttributeKind.Number ? value.Number.ToString("R", CultureInfo.InvariantCulture) : value.ToString());
        }

        foreach (var flag in flags) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{flag.Variant} {flag.Metadata.Epoch} {flag.Metadata.Exception}"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts)).AsSpan(0, 16));
        return string.Create(CultureInfo.InvariantCulture, $"\"{Version}-{hash}\"");
    }

    private static IEnumerable<string> AttributesOf(AudienceCondition? condition) => condition is null
        ? []
        : (condition.Attribute is { } attribute ? (IEnumerable<string>)[attribute] : [])
            .Concat((condition.All ?? []).SelectMany(AttributesOf))
            .Concat((condition.Any ?? []).SelectMany(AttributesOf))
            .Concat(AttributesOf(condition.Not));
}
