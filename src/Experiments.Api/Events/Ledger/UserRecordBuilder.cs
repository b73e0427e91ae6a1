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
    private bool _emptied;
    private bool _automated = before.Automated;
    private UserKey? _joinedTo = before.JoinedTo;
    private IReadOnlyList<UserKey> _joined = before.Joined;

    /// <summary>Where an event for this record belongs since the record was joined to another; null where it is for this one.</summary>
    public UserKey? SendsOn(LedgerEvent added) => added switch
    {
        EmptyEvent => null,
        JoinEvent join => join.Into == _joinedTo ? null : _joinedTo,
        _ => _joinedTo,
    };

    /// <returns>False when the event's id was known already.</returns>
    public bool TryAdd(LedgerEvent added, Func<ulong, bool> counted) => added switch
    {
        ExposureEvent exposure => TryAddExposure(exposure),
        KpiEvent kpi => TryAddKpi(kpi, counted),
        JoinEvent join => TryJoin(join),
        TakeOverEvent other => TryTakeOver(other.From, other.Content),
        EmptyEvent => TryEmpty(),
        _ => throw new ArgumentOutOfRangeException(nameof(added), added, "Unknown kind of event."),
    };

    public UserRecord Build()
    {
        if (_emptied) return new UserRecord([], [], [], automated: false, _joinedTo);
        if (_events is null && _exposures is null && _newExposureIds is null
            && _automated == before.Automated && _joinedTo == before.JoinedTo && ReferenceEquals(_joined, before.Joined))
        {
            return before;
        }

        var exposures = (IReadOnlyList<RecordedExposure>?)_exposures ?? before.Exposures;
        var automated = _automated || Events.Count + before.ExposureIds.Count + (_newExposureIds?.Count ?? 0) > UserRecord.MaximumEvents;
        if (automated) return new UserRecord(exposures, [], [], automated: true, _joinedTo, _joined);

        _events?.Sort(ByTime);
        if (_newExposureIds is null) return new UserRecord(exposures, Events, before.ExposureIds, automated: false, _joinedTo, _joined);
        ulong[] ids = [.. before.ExposureIds, .. _newExposureIds];
        Array.Sort(ids);
        return new UserRecord(exposures, Events, ids, automated: false, _joinedTo, _joined);
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
        if (_automated) return true;

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
        if (!_automated)
        {
            var id = exposure.IdHash;
            if (IsKnownExposure(id)) return false;
            (_newExposureIds ??= []).Add(id);
            _exposureIds?.Add(id);
        }

        Put(new RecordedExposure(
            LedgerEvent.Hash(exposure.Target), exposure.Variant, exposure.At, exposure.Epoch, exposure.Complete, exposure.Breakdowns,
            [new SeenVariant(exposure.Variant, exposure.Epoch)]));
        return true;
    }

    private bool TryJoin(JoinEvent join)
    {
        if (_joinedTo is not null) return false;
        _joinedTo = join.Into;
        return true;
    }

    private bool TryEmpty()
    {
        if (before.IsEmpty) return false;
        _emptied = true;
        return true;
    }

    /// <summary>Adds all of another record of the same person: a union of sets, so that again changes nothing.</summary>
    private bool TryTakeOver(UserKey from, UserRecord other)
    {
        foreach (var exposure in other.Exposures) Put(exposure);
        foreach (var recorded in other.Events)
        {
            if (IsKnownEvent(recorded.IdHash)) continue;
            (_events ??= [.. before.Events]).Add(recorded);
            _eventIds?.Add(recorded.IdHash);
        }

        foreach (var id in other.ExposureIds)
        {
            if (IsKnownExposure(id)) continue;
            (_newExposureIds ??= []).Add(id);
            _exposureIds?.Add(id);
        }

        _automated |= other.Automated;
        _joined = [.. _joined.Append(from).Concat(other.Joined).Distinct().OrderBy(key => key.Value)];
        return true;
    }

    private void Put(RecordedExposure added)
    {
        _exposures ??= [.. before.Exposures];
        var at = _exposures.FindIndex(e => e.Target >= added.Target);
        if (at >= 0 && _exposures[at].Target == added.Target)
        {
            _exposures[at] = Merge(_exposures[at], added);
        }
        else
        {
            _exposures.Insert(at < 0 ? _exposures.Count : at, added);
        }
    }

    private static RecordedExposure Merge(RecordedExposure a, RecordedExposure b)
    {
        var first = Compare(a, b) <= 0 ? a : b;
        return first with
        {
            Complete = a.Complete || b.Complete,
            Seen = b.Seen.All(a.Seen.Contains) ? a.Seen : [.. a.Seen.Union(b.Seen).Order()],
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
