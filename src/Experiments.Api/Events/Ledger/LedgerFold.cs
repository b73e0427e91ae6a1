namespace Experiments.Api.Events.Ledger;

/// <summary>Change of one user's contribution to one target: what he added before the new events, and what he adds with them; null where
/// his record did not count, or counts no more since it was joined to another.</summary>
internal readonly record struct ContributionChange(TargetLayout Layout, Contribution? Before, Contribution? After);

/// <summary>The step of the ledger without its store: events of a user in, changed record and changed contributions out.</summary>
internal static class LedgerFold
{
    /// <summary>Contributions that differ between two states of a user's record.</summary>
    /// <exception cref="UnknownTargetException">The record names a target that the schema does not know yet.</exception>
    public static IEnumerable<ContributionChange> Changes(UserRecord before, UserRecord after, LedgerSchema schema)
    {
        foreach (var exposure in after.JoinedTo is null ? after.Exposures : before.JoinedTo is null ? before.Exposures : [])
        {
            var layout = schema.Find(exposure.Target) ?? throw new UnknownTargetException();
            if (after.JoinedTo is not null)
            {
                yield return new ContributionChange(layout, Contribution.Of(before, exposure, layout), null);
                continue;
            }

            var earlier = before.Exposures.FirstOrDefault(e => e.Target == exposure.Target);
            var old = earlier is null ? null : Contribution.Of(before, earlier, layout);
            var now = Contribution.Of(after, exposure, layout);
            if (!now.SameAs(old)) yield return new ContributionChange(layout, old, now);
        }
    }

    /// <summary>Rows that a contribution stands in: the whole, and one for each known value of a breakdown.</summary>
    public static IEnumerable<RowKey> Rows(Contribution contribution, TargetLayout layout)
    {
        if (contribution.Excluded) yield break;
        var exposure = contribution.Exposure;
        var whole = new RowKey(layout.Name, exposure.Epoch, MaturitySlots.DayOf(exposure.At));
        yield return whole;
        for (var i = 0; i < layout.Breakdowns.Count && i < exposure.Breakdowns.Count; i++)
        {
            if (exposure.Breakdowns[i] is { } value)
            {
                yield return whole with { Dimension = layout.Breakdowns[i], Value = value };
            }
        }
    }
}

/// <summary>A record was written by a process that knows a target which this one has not heard of yet.</summary>
internal sealed class UnknownTargetException() : Exception("A user's record names an experiment or best practice not in the catalogue read last.");
