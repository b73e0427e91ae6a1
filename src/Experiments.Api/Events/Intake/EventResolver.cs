using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Events.Intake;

/// <summary>Checks a parsed event against the catalogue and makes the ledger's event of it.</summary>
internal sealed class EventResolver(CatalogState state, EventLedger ledger, DateTimeOffset now)
{
    private const int MaximumId = 200;
    private const int MaximumUser = 512;
    private const int MaximumName = 100;
    private const double LargestValue = 1e12;
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>Null when the event was rejected: <see cref="ParsedEvent.Problem"/> says why.</returns>
    public LedgerEvent? Resolve(ParsedEvent parsed)
    {
        if (parsed.Problem is not null || !CheckCommon(parsed)) return null;
        if (parsed is { Alias: not null, Type: "exposure" or "kpi" })
            return Refuse(parsed, "unknown-member", "Only an event of type \"alias\" has an 'alias'.");
        return parsed.Type switch
        {
            "exposure" => Exposure(parsed),
            "kpi" => Kpi(parsed),
            "alias" => Alias(parsed),
            _ => Refuse(parsed, "invalid-type", "'type' must be \"exposure\", \"kpi\" or \"alias\"."),
        };
    }

    private bool CheckCommon(ParsedEvent parsed)
    {
        if (!TextRules.IsPlain(parsed.Id, MaximumId))
        {
            parsed.Reject("invalid-id", $"'id' must have 1 to {MaximumId} characters, none of them a control character.");
        }
        else if (!TextRules.IsPlain(parsed.User, MaximumUser))
        {
            parsed.Reject("invalid-user", $"'user' must have 1 to {MaximumUser} characters, none of them a control character.");
        }
        else if (parsed.At > now + Ahead)
        {
            parsed.Reject("in-the-future", "'at' is more than 5 minutes ahead of the service's clock; check the sender's clock.");
        }
        else if (parsed.At < Earliest)
        {
            parsed.Reject("invalid-time", "'at' is before 1990; check the sender's clock.");
        }

        else if (parsed.Channel is not null && !TextRules.IsPlain(parsed.Channel, MaximumName))
        {
            parsed.Reject("invalid-channel", $"'channel' must have 1 to {MaximumName} characters, none of them a control character.");
        }
        else if (parsed.Phase is not (null or "before" or "during" or "after"))
        {
            parsed.Reject("invalid-phase", "'phase' must be before, during or after.");
        }

        return parsed.Problem is null;
    }

    private LedgerEvent? Exposure(ParsedEvent parsed)
    {
        if (parsed.Event is not null || parsed.Value is not null)
        {
            return Refuse(parsed, "unknown-member", "An exposure has no 'event' and no 'value'; those belong to type \"kpi\".");
        }

        if (parsed.BestPractice is not null) return PracticeExposure(parsed);
        if (parsed.Experiment is null || !state.Experiments.TryGetValue(parsed.Experiment, out var experiment))
        {
            return Refuse(parsed, "unknown-experiment", "'experiment' names no experiment of this service.");
        }

        if (experiment.StartedAt is null)
        {
            return Refuse(parsed, "experiment-not-started", $"'{experiment.Key}' has not been started; start it first.");
        }

        var variant = parsed.Variant is null ? -1 : experiment.IndexOf(parsed.Variant);
        if (variant < 0)
        {
            return Refuse(parsed, "unknown-variant",
                $"'variant' must be one of {string.Join(", ", experiment.Variants.Select(v => v.Key))}.");
        }

        if (IsNamed(experiment, parsed.User))
        {
            return Refuse(parsed, "targeted-user", $"'{experiment.Key}' names this user: his variant was not given by chance, and is not counted.");
        }

        var at = parsed.At ?? now;
        if (parsed.Epoch is { } given && given >= experiment.Epochs.Count)
        {
            return Refuse(parsed, "unknown-epoch", $"'epoch' must be 0 to {experiment.Epochs.Count - 1}.");
        }

        return new ExposureEvent
        {
            Id = parsed.Id!,
            User = ledger.Pseudonym(parsed.User!),
            At = at.UtcTicks,
            Target = TargetName.Experiment(experiment.Key),
            Variant = variant,
            Epoch = parsed.Epoch ?? EpochAt(experiment, at),
            Breakdowns = [.. experiment.Breakdowns.Select(name => Breakdown(parsed, name))],
            Channel = parsed.Channel,
            Phase = parsed.Phase,
        };
    }

    private static bool IsNamed(Experiment experiment, string? user) =>
        experiment.FeatureManagement is { User.Count: > 0 } allocation
        && UserHasher.PseudonymOf(experiment.Key, user) is { } pseudonym
        && allocation.User.Any(part => part.Pseudonyms.Contains(pseudonym));

    private LedgerEvent? PracticeExposure(ParsedEvent parsed)
    {
        if (!state.BestPractices.TryGetValue(parsed.BestPractice!, out var practice))
        {
            return Refuse(parsed, "unknown-best-practice", "'bestPractice' names no best practice of this service.");
        }

        var variant = PracticeVariants.All.ToList().IndexOf(parsed.Variant ?? "");
        if (variant < 0) return Refuse(parsed, "unknown-variant", "'variant' must be practice or holdback.");
        if (parsed.Epoch is { } given && given > practice.EpochId)
        {
            return Refuse(parsed, "unknown-epoch", $"'epoch' must be 0 to {practice.EpochId}.");
        }

        var at = parsed.At ?? now;
        return new ExposureEvent
        {
            Id = parsed.Id!,
            User = ledger.Pseudonym(parsed.User!),
            At = at.UtcTicks,
            Target = TargetName.BestPractice(practice.Key),
            Variant = variant,
            Epoch = parsed.Epoch ?? practice.Epochs.LastOrDefault(e => e.StartedAt <= at)?.Id ?? 0,
            Channel = parsed.Channel,
            Phase = parsed.Phase,
        };
    }

    private LedgerEvent? Kpi(ParsedEvent parsed)
    {
        if (parsed.Experiment is not null || parsed.BestPractice is not null || parsed.Variant is not null || parsed.Epoch is not null)
        {
            return Refuse(parsed, "unknown-member",
                "A KPI event names no experiment and no variant: the service joins it to the user's exposures.");
        }

        if (!TextRules.IsPlain(parsed.Event, MaximumName))
        {
            return Refuse(parsed, "invalid-event", $"'event' must have 1 to {MaximumName} characters.");
        }

        if (parsed.Value is { } value && !(Math.Abs(value) <= LargestValue))
        {
            return Refuse(parsed, "invalid-value", "'value' must be a number between -1e12 and 1e12.");
        }

        return new KpiEvent
        {
            Id = parsed.Id!,
            User = ledger.Pseudonym(parsed.User!),
            At = (parsed.At ?? now).UtcTicks,
            Event = parsed.Event!,
            Value = parsed.Value ?? 1,
            Channel = parsed.Channel,
            Phase = parsed.Phase,
        };
    }

    private LedgerEvent? Alias(ParsedEvent parsed)
    {
        if (parsed is not { Experiment: null, BestPractice: null, Variant: null, Epoch: null, Attributes: null, Event: null, Value: null })
            return Refuse(parsed, "unknown-member", "An alias has 'id', 'user', 'alias' and 'at' only.");
        if (!TextRules.IsPlain(parsed.Alias, MaximumUser) || parsed.Alias == parsed.User)
        {
            return Refuse(parsed, "invalid-alias",
                $"'alias' must be another id of the same user: 1 to {MaximumUser} characters, none of them a control character.");
        }

        return new AliasEvent
        {
            Id = parsed.Id!,
            User = ledger.Pseudonym(parsed.User!),
            Alias = ledger.Pseudonym(parsed.Alias!),
            At = (parsed.At ?? now).UtcTicks,
        };
    }

    /// <summary>Epoch in force at a time; a time before the first start is history of the first.</summary>
    public static int EpochAt(Experiment experiment, DateTimeOffset at)
    {
        for (var i = experiment.Epochs.Count - 1; i > 0; i--)
        {
            if (experiment.Epochs[i].StartedAt <= at) return experiment.Epochs[i].Id;
        }

        return experiment.Epochs[0].Id;
    }

    /// <summary>A breakdown's value as rows keep it.</summary>
    public static string? Clip(string? value) =>
        value is null || value.Length <= RowKey.MaximumValueLength ? value : value[..RowKey.MaximumValueLength];

    private static string? Breakdown(ParsedEvent parsed, string name) => Clip(
        parsed.Attributes?.GetValueOrDefault(name) ?? name switch { "channel" => parsed.Channel, "phase" => parsed.Phase, _ => null });

    private static LedgerEvent? Refuse(ParsedEvent parsed, string code, string detail)
    {
        parsed.Reject(code, detail);
        return null;
    }
}
