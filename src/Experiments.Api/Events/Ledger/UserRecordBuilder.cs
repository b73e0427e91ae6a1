namespace Experiments.Api.Events.Ledger;

/// <summary>Adds events to a user's record; what comes out depends on the set of events, never on their order.</summary>
internal sealed class UserRecordBuilder(UserRecord before)
{
    private static readonly Comparer<RecordedEvent> ByTime = Comparer<RecordedEvent>.Create(
        (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.IdHash.CompareTo(b.IdHash));

    // Most users have a handful of events: to look through them is faster than to make a set of them, and allocates nothing.
    private const int FewIds = 32;

    private HashSet<ulong>? _eventIds;
    private HashSet<ulong>? _exposureIds;
    private List<RecordedExposure>? _exposures;
    private List<RecordedEvent>? _events;
    private List<ulong>? _newExposureIds;

    /// <returns>False when the event's id was known already.</returns>
    public bool TryAdd(LedgerEvent added, Func<ulong, bool> counted) => added switch
    {
        ExposureEvent exposure => TryAddExposure(exposure),
        KpiEvent kpi => TryAddKpi(kpi, counted),
        _ => throw new ArgumentOutOfRangeException(nameof(added), added, "Unknown kind of event."),
    };

    public UserRecord Build()
    {
        if (_events is null && _exposures is null && _newExposureIds is null) return before;

        var exposures = (IReadOnlyList<RecordedExposure>?)_exposures ?? before.Exposures;
        var automated = before.Automated || Events.Count + before.ExposureIds.Count + (_newExposureIds?.Count ?? 0) > UserRecord.MaximumEvents;
        if (automated) return new UserRecord(exposures, [], [], automated: true);

        _events?.Sort(ByTime);
        if (_newExposureIds is null) return new UserRecord(exposures, Events, before.ExposureIds, automated: false);
        ulong[] ids = [.. before.ExposureIds, .. _newExposureIds];
        Array.Sort(ids);
        return new UserRecord(exposures, Events, ids, automated: false);
    }

    private IReadOnlyList<RecordedEvent> Events => (IReadOnlyList<RecordedEvent>?)_events ?? before.Events;

    private bool IsKnownEvent(ulong id)
    {
        var events = Events;
        if (_eventIds is not null || events.Count > FewIds) return (_eventIds ??= [.. events.Select(e => e.IdHash)]).Contains(id);
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].IdHash == id) return true;
        }

        return false;
    }

    private bool IsKnownExposure(ulong id)
    {
        if (_exposureIds is not null || before.ExposureIds.Count + (_newExposureIds?.Count ?? 0) > FewIds)
        {
            return (_exposureIds ??= [.. before.ExposureIds, .. _newExposureIds ?? []]).Contains(id);
        }

        for (var i = 0; i < before.ExposureIds.Count; i++)
        {
            if (before.ExposureIds[i] == id) return true;
        }

        return _newExposureIds is not null && _newExposureIds.Contains(id);
    }

    private bool TryAddKpi(KpiEvent kpi, Func<ulong, bool> counted)
    {
        // The ids of an automated user are forgotten: he counts nowhere, so a repeat changes nothing either.
        if (before.Automated) return true;

        var name = LedgerEvent.Hash(kpi.Event);
        if (!counted(name)) return true;
        var id = kpi.IdHash;
        if (IsKnownEvent(id)) return false;

        _events ??= [.. before.Events];
        _events.Add(new RecordedEvent(kpi.At, id, name, kpi.Value, kpi.Quantity));
        _eventIds?.Add(id);
        return true;
    }

    private bool TryAddExposure(ExposureEvent exposure)
    {
        if (!before.Automated)
        {
            var id = exposure.IdHash;
            if (IsKnownExposure(id)) return false;
            (_newExposureIds ??= []).Add(id);
            _exposureIds?.Add(id);
        }

        var target = LedgerEvent.Hash(exposure.Target);
        var added = new RecordedExposure(
            target, exposure.Variant, exposure.At, exposure.Epoch, exposure.Complete, exposure.Breakdowns,
            [new SeenVariant(exposure.Variant, exposure.Epoch)]);
        _exposures ??= [.. before.Exposures];
        var at = _exposures.FindIndex(e => e.Target >= target);
        if (at >= 0 && _exposures[at].Target == target)
        {
            _exposures[at] = Merge(_exposures[at], added);
        }
        else
        {
            _exposures.Insert(at < 0 ? _exposures.Count : at, added);
        }

        return true;
    }

    private static RecordedExposure Merge(RecordedExposure a, RecordedExposure b)
    {
        var first = Compare(a, b) <= 0 ? a : b;
        return first with
        {
            Complete = a.Complete || b.Complete,
            Seen = a.Seen.Contains(b.Seen[0]) ? a.Seen : [.. a.Seen.Append(b.Seen[0]).Order()],
        };
    }

    // Total, so that two exposures of the same instant give the same first one in either order of arrival.
    private static int Compare(RecordedExposure a, RecordedExposure b)
    {
        var order = a.At.CompareTo(b.At);
        if (order == 0) order = a.Epoch.CompareTo(b.Epoch);
        if (order == 0) order = a.Variant.CompareTo(b.Variant);
        for (var i = 0; order == 0 && i < Math.Min(a.Breakdowns.Count, b.Breakdowns.Count); i++)
        {
            order = string.CompareOrdinal(a.Breakdowns[i], b.Breakdowns[i]);
        }

        return order;
    }
}
