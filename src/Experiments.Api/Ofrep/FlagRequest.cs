using System.Text.Json;
using System.Text.Json.Serialization;
using Experiments.Api.Shared;
using Experiments.Sdk;

namespace Experiments.Api.Ofrep;

/// <summary>The body of both routes. The protocol may grow: members that are not known are skipped.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record FlagRequest
{
    /// <summary>An object: <c>targetingKey</c> is the user, other members are attributes.</summary>
    public JsonElement? Context { get; init; }

    /// <summary>The user and the attributes that some audience asks for; nothing else of the context is kept.</summary>
    public FlagContext Read(IReadOnlyList<string> attributes)
    {
        if (Context is not { } context) throw NoTargetingKey();
        if (context.ValueKind != JsonValueKind.Object) throw Invalid("'context' must be an object.");
        if (!context.TryGetProperty("targetingKey", out var key) || key.ValueKind == JsonValueKind.Null) throw NoTargetingKey();
        if (key.ValueKind != JsonValueKind.String) throw Invalid("'context.targetingKey' must be a string.");
        var user = key.GetString();
        if (string.IsNullOrEmpty(user)) throw NoTargetingKey();
        if (!UserIds.IsValid(user)) throw Invalid($"'context.targetingKey' {UserIds.Message}.");

        var known = new ExperimentContext();
        foreach (var name in attributes)
        {
            if (context.TryGetProperty(name, out var value)) known[name] = AttributeValue.FromJson(value);
        }

        return new FlagContext(user, known);
    }

    private static ProblemException NoTargetingKey() => Problems.Invalid(
        FlagError.TargetingKeyMissing, "'context.targetingKey' is missing: the id of the user, whose variant depends on it.");

    private static ProblemException Invalid(string detail) => Problems.Invalid(FlagError.InvalidContext, detail);
}

/// <summary>Whom flags are evaluated for.</summary>
internal sealed record FlagContext(string User, ExperimentContext Attributes);
