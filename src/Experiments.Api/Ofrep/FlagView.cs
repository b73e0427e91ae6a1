using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Experiments.Api.Assignments;
using Experiments.Sdk;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Ofrep;

/// <summary>A parameter's value for a user, as a flag.</summary>
internal sealed record FlagView
{
    public required string Key { get; init; }

    /// <summary><c>SPLIT</c>: by chance; <c>TARGETING_MATCH</c>: a best practice with an audience, or a user who was named; <c>STATIC</c>: one for everybody;
    /// <c>DEFAULT</c>: nothing is for this user; <c>DISABLED</c>: paused.</summary>
    [AllowedValues(Split, TargetingMatch, Static, Default, Disabled)]
    public required string Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Variant { get; init; }

    /// <summary>Left out: the app's own default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Value { get; init; }

    public required FlagMetadata Metadata { get; init; }

    private const string Split = "SPLIT";
    private const string TargetingMatch = "TARGETING_MATCH";
    private const string Static = "STATIC";
    private const string Default = "DEFAULT";
    private const string Disabled = "DISABLED";

    /// <summary>A flag of the snapshot.</summary>
    /// <param name="key">Key of the parameter.</param>
    /// <param name="evaluation">The SDK's answer.</param>
    /// <param name="scoped">Whether the best practice that decided, if one did, has an audience.</param>
    /// <param name="version">Of the snapshot.</param>
    public static FlagView Of(string key, Evaluation evaluation, bool scoped, long version) => new()
    {
        Key = key,
        Reason = evaluation.Reason switch
        {
            AssignmentReason.Split or AssignmentReason.StickyUnavailable or AssignmentReason.ArmStopped or AssignmentReason.Holdback => Split,
            AssignmentReason.Targeted => TargetingMatch,
            AssignmentReason.BestPractice => scoped ? TargetingMatch : Static,
            _ => Default,
        },
        Variant = evaluation.Variant,
        Value = evaluation.Value,
        Metadata = new FlagMetadata
        {
            Experiment = evaluation.Experiment,
            BestPractice = evaluation.BestPractice,
            Propensity = evaluation.Propensity,
            Epoch = evaluation.Experiment is null ? null : evaluation.Epoch,
            Exception = Assigner.Exception(evaluation),
            Version = version,
        },
    };

    /// <summary>A flag of which the snapshot knows nothing since its experiment is paused.</summary>
    public static FlagView Paused(string key, string experiment, long version) => new()
    {
        Key = key,
        Reason = Disabled,
        Metadata = new FlagMetadata { Experiment = experiment, Version = version },
    };
}

/// <summary>What else is known: flat, since clients drop everything else.</summary>
internal sealed record FlagMetadata
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Experiment { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BestPractice { get; init; }

    /// <summary>Probability with which the user was given this variant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Propensity { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Epoch { get; init; }

    /// <summary>Only where there is something to know. <c>stickyUnavailable</c>: the first variant of a bandit's user could not be looked up
    /// and the table decided; <c>armStopped</c>: that variant was stopped and he is served the control; <c>targeted</c>: he, or his group,
    /// was named to have this variant, so do not report an exposure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Exception { get; init; }

    /// <summary>Version of the snapshot.</summary>
    public required long Version { get; init; }
}
