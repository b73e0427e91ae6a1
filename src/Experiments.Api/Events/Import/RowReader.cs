using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Intake;
using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Events.Import;

/// <summary>Makes the events of one row: the exposure of its user, and his outcomes.</summary>
internal sealed class RowReader(
    Experiment experiment, ImportColumns columns, bool complete, EventLedger ledger, DateTimeOffset now, bool decimalComma)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan JustBefore = TimeSpan.FromSeconds(1);

    /// <returns>What is wrong with the row, or null; only then were its events added.</returns>
    public EventProblem? Read(string[] cells, long row, List<LedgerEvent> events)
    {
        var variant = VariantOf(cells[columns.Variant].Trim());
        if (variant < 0)
        {
            return new EventProblem("unknown-variant",
                $"'{Shorten(cells[columns.Variant])}' is neither key nor name of a variant of '{experiment.Key}'.");
        }

        // Rows without a user are nobody else: their numbers must not meet the users of another file.
        var user = columns.User is { } column ? cells[column] : $"import/{experiment.Key}/{row.ToString(CultureInfo.InvariantCulture)}";
        if (!TextRules.IsPlain(user, 512))
        {
            return new EventProblem("invalid-user", "The user must have 1 to 512 characters, none of them a control character.");
        }

        var at = experiment.StartedAt!.Value;
        if (columns.At is { } atColumn && !TimeText.TryParse(cells[atColumn].Trim(), out at))
        {
            return new EventProblem("invalid-time", $"'{Shorten(cells[atColumn])}' is not a time in ISO 8601.");
        }

        if (at > now + Ahead) return new EventProblem("in-the-future", "The time is more than 5 minutes ahead of the service's clock.");

        var outcomes = new List<KpiEvent>(columns.Kpis.Count);
        var pseudonym = ledger.Pseudonym(user);
        foreach (var kpi in columns.Kpis)
        {
            if (!TryOutcome(cells[kpi.Column].Trim(), kpi.Kpi, out var outcome))
            {
                return new EventProblem("invalid-value", $"'{Shorten(cells[kpi.Column])}' is not an outcome of '{kpi.Kpi.Key}': a number is.");
            }

            if (outcome != 0) outcomes.Add(Outcome(pseudonym, kpi.IsCovariate ? at - JustBefore : at, kpi.Kpi, outcome));
        }

        events.Add(Exposure(cells, pseudonym, at, variant));
        events.AddRange(outcomes);
        return null;
    }

    private ExposureEvent Exposure(string[] cells, UserKey pseudonym, DateTimeOffset at, int variant) => new()
    {
        // The variant is part of the id: a user who stands in two variants of a file is found, not taken for a repeat. The user is
        // there by his pseudonym: ids are kept, and his own must not be.
        Id = $"import/{experiment.Key}/{experiment.Variants[variant].Key}/{pseudonym}",
        User = pseudonym,
        At = at.UtcTicks,
        Target = TargetName.Experiment(experiment.Key),
        Variant = variant,
        Epoch = EventResolver.EpochAt(experiment, at),
        Complete = complete,
        Breakdowns = [.. experiment.Breakdowns.Select(name => Attribute(cells, name))],
    };

    private KpiEvent Outcome(UserKey pseudonym, DateTimeOffset at, Kpi kpi, double outcome) => new()
    {
        Id = $"import/{experiment.Key}/kpi/{kpi.Event}/{pseudonym}",
        User = pseudonym,
        At = at.UtcTicks,
        Event = kpi.Event,
        Value = outcome,
        Quantity = outcome,
    };

    private string? Attribute(string[] cells, string name)
    {
        foreach (var (attribute, column) in columns.Attributes)
        {
            if (attribute == name && cells[column].Length > 0) return EventResolver.Clip(cells[column]);
        }

        return null;
    }

    private int VariantOf(string cell)
    {
        var index = experiment.IndexOf(cell);
        for (var i = 0; index < 0 && i < experiment.Variants.Count; i++)
        {
            if (experiment.Variants[i].Name == cell) index = i;
        }

        return index;
    }

    private bool TryOutcome(string cell, Kpi kpi, out double outcome)
    {
        outcome = 0;
        if (cell.Length == 0 || cell.Equals("false", StringComparison.OrdinalIgnoreCase) || cell.Equals("no", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (cell.Equals("true", StringComparison.OrdinalIgnoreCase) || cell.Equals("yes", StringComparison.OrdinalIgnoreCase))
        {
            outcome = 1;
            return true;
        }

        var text = decimalComma ? cell.Replace(',', '.') : cell;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out outcome) || !(Math.Abs(outcome) <= 1e12)) return false;
        if (kpi.Type == "proportion" && outcome != 0) outcome = 1;
        return true;
    }

    private static string Shorten(string cell) => cell.Length <= 60 ? cell : cell[..60] + "…";
}
