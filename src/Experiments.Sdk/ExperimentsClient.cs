using System.Collections.Concurrent;
using Experiments.Sdk.Assignment;
using Experiments.Sdk.Events;
using Experiments.Sdk.Snapshots;

namespace Experiments.Sdk;

/// <summary>What an app asks: the value of a parameter for a user, and what it tells: what users did. One per process, for all threads.</summary>
/// <remarks>
/// <para>Reading is local: it takes nanoseconds, never waits, never throws. Without a snapshot, or with a parameter, a user or a type that
/// does not fit, it gives the app's default and <see cref="GetAssignment{T}(string, string, T)"/> tells the reason.</para>
/// <para>Reading a parameter that an experiment or a best practice decides reports the exposure, once per user and experiment;
/// <see cref="Peek{T}(string, string, T)"/> does not. Events are delivered in the background.</para>
/// </remarks>
public sealed class ExperimentsClient : IAsyncDisposable
{
    /// <summary>Longest name of an event.</summary>
    private const int MaximumEventName = 100;

    /// <summary>Longest id of an event, channel or phase.</summary>
    private const int MaximumText = 200;

    /// <summary>Mismatches told once each; further ones are counted only.</summary>
    private const int MaximumMismatches = 100;

    private readonly ClientParts _parts;
    private readonly SnapshotHolder _snapshots;
    private readonly Outbox _outbox;
    private readonly IExperimentContextAccessor? _contexts;
    private readonly ExposureSet _exposures = new();
    private readonly Identities _identities;
    private int _accessorTold;
    private readonly ConcurrentDictionary<(string Parameter, Type Type), bool> _mismatches = new();

    internal ExperimentsClient(ClientParts parts, IExperimentContextAccessor? contexts = null)
    {
        _contexts = contexts;
        _parts = parts;
        _snapshots = parts.Snapshots;
        _outbox = parts.Outbox;
        _identities = new Identities(parts.Arms, _exposures);
    }

    /// <summary>Where the snapshot in force came from.</summary>
    public SnapshotOrigin SnapshotOrigin => _snapshots.Origin;

    /// <summary>How the client is doing: for a health check, a page, a test.</summary>
    public ExperimentsStatus Status
    {
        get
        {
            var counts = _outbox.Counts;
            return new ExperimentsStatus
            {
                SnapshotOrigin = _snapshots.Origin,
                SnapshotVersion = Math.Max(0, _snapshots.Current.Version),
                SnapshotAge = _snapshots.AgeSeconds is { } age ? TimeSpan.FromSeconds(age) : null,
                EventsEnqueued = counts.Enqueued,
                EventsDelivered = counts.Delivered,
                EventsWaiting = counts.Waiting,
                EventsDropped = counts.Dropped,
            };
        }
    }

    /// <summary>Where the events are, for tests and the samples' pages.</summary>
    internal OutboxCounts Counts => _outbox.Counts;

    /// <summary>Whether events of some users are given up now, for want of room.</summary>
    internal bool IsShedding => _outbox.IsShedding;

    /// <summary>The snapshot in force.</summary>
    internal SnapshotEvaluator Snapshot => _snapshots.Current;

    /// <summary>The value of a parameter for a user about whom nothing is known but what <see cref="IExperimentContextAccessor"/> says, if the app has one.</summary>
    /// <typeparam name="T">Type of the value: bool, string, a number, an enum, JsonElement, or a type that System.Text.Json reads. One
    /// instance is made per variant and shared by all users, so it should be immutable.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <returns>The value to use.</returns>
    public T GetValue<T>(string parameter, string user, T defaultValue) => GetValue(parameter, user, CurrentContext(), defaultValue);

    /// <summary>The value of a parameter for a user.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="context">What is known of the user: audiences ask for it, breakdowns report it.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <returns>The value to use.</returns>
    public T GetValue<T>(string parameter, string user, ExperimentContext? context, T defaultValue)
    {
        Decide(_snapshots.Current, parameter, user, context, defaultValue, expose: true, out var value);
        return value;
    }

    /// <summary>The value of a parameter for a user about whom nothing is known but what <see cref="IExperimentContextAccessor"/> says, if the app has one, and where it comes from.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <returns>Value, source, reason, experiment, variant, propensity.</returns>
    public Assignment<T> GetAssignment<T>(string parameter, string user, T defaultValue) =>
        GetAssignment(parameter, user, CurrentContext(), defaultValue);

    /// <summary>The value of a parameter for a user, and where it comes from.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="context">What is known of the user: audiences ask for it, breakdowns report it.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <returns>Value, source, reason, experiment, variant, propensity.</returns>
    public Assignment<T> GetAssignment<T>(string parameter, string user, ExperimentContext? context, T defaultValue) =>
        Assign(parameter, user, context, defaultValue, expose: true);

    /// <summary>As <see cref="GetValue{T}(string, string, T)"/>, for a parameter that a bandit may decide: a user keeps the variant that he met
    /// first, in whichever process, and where this one does not know it, it is looked up. All else completes at once.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <returns>The value to use. Never throws.</returns>
    public ValueTask<T> GetValueAsync<T>(string parameter, string user, T defaultValue) =>
        GetValueAsync(parameter, user, CurrentContext(), defaultValue);

    /// <summary>As <see cref="GetValue{T}(string, string, ExperimentContext, T)"/>, for a parameter that a bandit may decide: see
    /// <see cref="GetValueAsync{T}(string, string, T)"/>.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="context">What is known of the user: audiences ask for it, breakdowns report it.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <param name="cancellationToken">Ends the look-up: the table then decides.</param>
    /// <returns>The value to use. Never throws.</returns>
    public ValueTask<T> GetValueAsync<T>(
        string parameter, string user, ExperimentContext? context, T defaultValue, CancellationToken cancellationToken = default)
    {
        var assignment = GetAssignmentAsync(parameter, user, context, defaultValue, cancellationToken);
        return assignment.IsCompletedSuccessfully ? new(assignment.Result.Value) : ValueOf(assignment);

        static async ValueTask<T> ValueOf(ValueTask<Assignment<T>> assignment) => (await assignment.ConfigureAwait(false)).Value;
    }

    /// <summary>As <see cref="GetAssignment{T}(string, string, T)"/>, for a parameter that a bandit may decide: see
    /// <see cref="GetValueAsync{T}(string, string, T)"/>.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <returns>Value, source, reason, experiment, variant, propensity. Never throws.</returns>
    public ValueTask<Assignment<T>> GetAssignmentAsync<T>(string parameter, string user, T defaultValue) =>
        GetAssignmentAsync(parameter, user, CurrentContext(), defaultValue);

    /// <summary>As <see cref="GetAssignment{T}(string, string, ExperimentContext, T)"/>, for a parameter that a bandit may decide: see
    /// <see cref="GetValueAsync{T}(string, string, T)"/>.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="context">What is known of the user: audiences ask for it, breakdowns report it.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <param name="cancellationToken">Ends the look-up: the table then decides.</param>
    /// <returns>Value, source, reason, experiment, variant, propensity. Never throws.</returns>
    public ValueTask<Assignment<T>> GetAssignmentAsync<T>(
        string parameter, string user, ExperimentContext? context, T defaultValue, CancellationToken cancellationToken = default)
    {
        var evaluator = _snapshots.Current;
        var table = evaluator.Evaluate(parameter, _identities.AssignedAs(user), context);
        if (table.Arm?.Bandit is not null) return AssignAsync(evaluator, table, parameter, user, context, defaultValue, cancellationToken);
        var evaluation = Take(table, parameter, user, context, defaultValue, expose: true, out var value);
        return new(View(evaluator, evaluation, value));
    }

    /// <summary>What <see cref="GetAssignment{T}(string, string, T)"/> would give, without exposing the user.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <returns>Value, source, reason, experiment, variant, propensity.</returns>
    public Assignment<T> Peek<T>(string parameter, string user, T defaultValue) => Peek(parameter, user, CurrentContext(), defaultValue);

    /// <summary>What <see cref="GetAssignment{T}(string, string, ExperimentContext, T)"/> would give, without exposing the user.</summary>
    /// <typeparam name="T">Type of the value, as for <see cref="GetValue{T}(string, string, T)"/>.</typeparam>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user, 1 to 512 characters.</param>
    /// <param name="context">What is known of the user.</param>
    /// <param name="defaultValue">The app's own value, where nobody decides another.</param>
    /// <returns>Value, source, reason, experiment, variant, propensity.</returns>
    public Assignment<T> Peek<T>(string parameter, string user, ExperimentContext? context, T defaultValue) =>
        Assign(parameter, user, context, defaultValue, expose: false);

    /// <summary>Something that a KPI counts has happened, now, once. Returns at once; what cannot be sent is counted, never thrown.</summary>
    /// <param name="eventName">Name of the event: <c>purchase</c>, <c>unsubscribe</c>…</param>
    /// <param name="user">Id of the user, the same as for reading parameters.</param>
    public void Track(string eventName, string user) => Track(eventName, user, 1, CurrentContext(), null);

    /// <summary>Something that a KPI counts has happened, now.</summary>
    /// <param name="eventName">Name of the event: <c>purchase</c>, <c>unsubscribe</c>…</param>
    /// <param name="user">Id of the user, the same as for reading parameters.</param>
    /// <param name="value">Its value, in the KPI's unit: an amount, a rating.</param>
    public void Track(string eventName, string user, double value) => Track(eventName, user, value, CurrentContext(), null);

    /// <summary>Something that a KPI counts has happened, now, in the channel and the phase of a context.</summary>
    /// <param name="eventName">Name of the event: <c>purchase</c>, <c>unsubscribe</c>…</param>
    /// <param name="user">Id of the user, the same as for reading parameters.</param>
    /// <param name="value">Its value, in the KPI's unit: an amount, a rating.</param>
    /// <param name="context">Gives channel and phase.</param>
    public void Track(string eventName, string user, double value, ExperimentContext? context) =>
        Track(eventName, user, value, context, null);

    /// <summary>Something that a KPI counts has happened.</summary>
    /// <param name="eventName">Name of the event: <c>purchase</c>, <c>unsubscribe</c>…</param>
    /// <param name="user">Id of the user, the same as for reading parameters.</param>
    /// <param name="value">Its value, in the KPI's unit: an amount, a rating.</param>
    /// <param name="details">Id, time, channel, phase, where they are known.</param>
    public void Track(string eventName, string user, double value, TrackDetails? details) =>
        Track(eventName, user, value, CurrentContext(), details);

    /// <summary>Something that a KPI counts has happened, and all that is known of it. What <paramref name="details"/> says wins.</summary>
    /// <param name="eventName">Name of the event: <c>purchase</c>, <c>unsubscribe</c>…</param>
    /// <param name="user">Id of the user, the same as for reading parameters.</param>
    /// <param name="value">Its value, in the KPI's unit: an amount, a rating.</param>
    /// <param name="context">Gives channel and phase.</param>
    /// <param name="details">Id, time, channel, phase, where they are known.</param>
    public void Track(string eventName, string user, double value, ExperimentContext? context, TrackDetails? details)
    {
        var channel = details?.Channel ?? context?.Channel;
        var phase = details?.Phase ?? context?.Phase;
        if (!TextRules.IsName(eventName, MaximumEventName) || !UserHasher.IsValid(user) || !double.IsFinite(value)
            || !IsNameOrNull(details?.Id) || !IsNameOrNull(channel) || !IsNameOrNull(phase))
        {
            _outbox.Refuse(Outbox.ReasonInvalid);
            return;
        }

        if (!_outbox.Accepts(user)) return;
        var now = _parts.Clock.GetUtcNow();
        _outbox.Enqueue(new OutboxEvent
        {
            Id = _outbox.Ids.Next(now),
            AppId = details?.Id,
            User = user,
            At = details?.At ?? now,
            Name = eventName,
            Value = value,
            Channel = channel,
            Phase = phase,
        });
    }

    /// <summary>A visitor becomes known: from now on he is <paramref name="user"/>, and was <paramref name="alias"/> before. What he did and does
    /// under either counts for one person, and the variant that he met first stays: this process goes on serving the variants of
    /// <paramref name="alias"/> to <paramref name="user"/>, unless it has served others to <paramref name="user"/> before.</summary>
    /// <remarks>Delivered like an event. A person who met two variants of a test is left out of its analysis, and counted in its health.</remarks>
    /// <param name="user">The id that stays.</param>
    /// <param name="alias">The other id of the same person, such as that of a cookie.</param>
    public void Alias(string user, string alias)
    {
        if (!UserHasher.IsValid(user) || !UserHasher.IsValid(alias) || user == alias)
        {
            _outbox.Refuse(Outbox.ReasonInvalid);
            return;
        }

        _identities.Join(_snapshots.Current, user, alias, CurrentContext());
        if (!_outbox.Accepts(user)) return;
        var now = _parts.Clock.GetUtcNow();
        _outbox.Enqueue(new OutboxEvent { Id = _outbox.Ids.Next(now), User = user, At = now, Alias = alias });
    }

    /// <summary>Waits for the first snapshot, at most <see cref="ExperimentsOptions.StartupWait"/>. Starts the client where no host does.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when there is a snapshot, false when the app starts on its own defaults.</returns>
    public Task<bool> ReadyAsync(CancellationToken cancellationToken = default) => _parts.StartAsync(cancellationToken);

    /// <summary>Waits until the events reported so far are delivered, or given up for good.</summary>
    /// <param name="cancellationToken">Ends the wait: while the service is away it lasts.</param>
    /// <returns>A task that completes then.</returns>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        _parts.Start();
        return _outbox.FlushAsync(cancellationToken);
    }

    /// <summary>Waits until the events reported so far, but for those dropped and counted, are on disk: they are delivered even if the
    /// process dies now.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when they are; false when they are in memory only: asked for in the settings, or the disk refuses.</returns>
    public Task<bool> PersistAsync(CancellationToken cancellationToken = default)
    {
        _parts.Start();
        return _parts.IsDurable ? _outbox.PersistAsync(cancellationToken) : Task.FromResult(false);
    }

    /// <summary>Delivers what waits, within <see cref="ExperimentsOptions.ShutdownWait"/>, and stops. A host does it when it stops.</summary>
    /// <returns>A task that completes then.</returns>
    public ValueTask DisposeAsync() => _parts.DisposeAsync();

    /// <summary>Serves a snapshot from elsewhere if it is newer: tests, and a host that has the catalogue in its own memory.</summary>
    internal void Offer(Snapshot snapshot) => _snapshots.Offer(snapshot);

    /// <summary>Reports the exposure of a user to what another library has served him, once.</summary>
    internal void Expose(ServedArm arm, string user)
    {
        Span<byte> buffer = stackalloc byte[UserHasher.BufferSize];
        if (!UserHasher.TryCreate(user, buffer, out var hasher)) return;
        var exposure = hasher.Hash(":"u8) ^ arm.ExposureSeed;
        if (!_exposures.Contains(exposure)) Expose(exposure, arm, user, null);
    }

    internal Task StopAsync(CancellationToken cancellationToken) => _parts.StopAsync(cancellationToken);

    private ExperimentContext? CurrentContext()
    {
        if (_contexts is null) return null;
        try
        {
            return _contexts.Current;
        }
#pragma warning disable CA1031 // The accessor is the app's: whatever it throws, the call goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (Interlocked.Exchange(ref _accessorTold, 1) == 0) _parts.Logger.ContextAccessorFailed(exception.GetType().Name);
            return null;
        }
    }

    private Assignment<T> Assign<T>(string parameter, string user, ExperimentContext? context, T defaultValue, bool expose)
    {
        var evaluator = _snapshots.Current;
        var evaluation = Decide(evaluator, parameter, user, context, defaultValue, expose, out var value);
        return View(evaluator, evaluation, value);
    }

    /// <summary>As <see cref="Assign{T}"/>, where the first arm of a bandit's user must be looked up.</summary>
    private async ValueTask<Assignment<T>> AssignAsync<T>(
        SnapshotEvaluator evaluator, Evaluation table, string parameter, string user, ExperimentContext? context, T defaultValue,
        CancellationToken cancellationToken)
    {
        var kept = await _parts.Arms.ServeAsync(table, _identities.AssignedAs(user), cancellationToken).ConfigureAwait(false);
        var evaluation = Take(kept, parameter, user, context, defaultValue, expose: true, out var value);
        return View(evaluator, evaluation, value);
    }

    private static Assignment<T> View<T>(SnapshotEvaluator evaluator, Evaluation evaluation, T value) =>
        new(value, evaluation.Source, evaluation.Reason)
        {
            Experiment = evaluation.Experiment,
            Variant = evaluation.Variant,
            BestPractice = evaluation.BestPractice,
            Propensity = evaluation.Propensity ?? 0,
            Epoch = evaluation.Epoch,
            SnapshotVersion = Math.Max(0, evaluator.Version),
        };

    /// <summary>One decision, on one snapshot.</summary>
    private Evaluation Decide<T>(
        SnapshotEvaluator evaluator, string parameter, string user, ExperimentContext? context, T defaultValue, bool expose, out T value)
    {
        var assignedAs = _identities.AssignedAs(user);
        var evaluation = evaluator.Evaluate(parameter, assignedAs, context);
        if (evaluation.Arm?.Bandit is not null) evaluation = expose ? _parts.Arms.ServeNow(evaluation, assignedAs) : _parts.Arms.Peek(evaluation);
        return Take(evaluation, parameter, user, context, defaultValue, expose, out value);
    }

    /// <summary>The decision's value, and the exposure to it.</summary>
    private Evaluation Take<T>(
        Evaluation evaluation, string parameter, string user, ExperimentContext? context, T defaultValue, bool expose, out T value)
    {
        value = defaultValue;
        if (evaluation.Arm is { } arm)
        {
            if (arm.Value.HasValue && !arm.Value.TryGet(out value))
            {
                value = defaultValue;
                evaluation = Mismatch(parameter, typeof(T));
            }
            else if (expose)
            {
                var exposure = evaluation.Hash ^ arm.ExposureSeed;
                if (!_exposures.Contains(exposure)) Expose(exposure, arm, user, context);
            }
        }

        _parts.Telemetry.Evaluated(evaluation.Reason);
        return evaluation;
    }

    private Evaluation Mismatch(string parameter, Type type)
    {
        if (_mismatches.Count < MaximumMismatches && _mismatches.TryAdd((parameter, type), true)) _parts.Logger.TypeMismatch(parameter, type.Name);
        return new Evaluation(null, AssignmentReason.TypeMismatch);
    }

    private void Expose(ulong exposure, ServedArm arm, string user, ExperimentContext? context)
    {
        // Who was named has his variant not by chance: no analysis may count him.
        if (arm.Reason == AssignmentReason.Targeted) return;
        // Shed before it is remembered: a later call reports it, once there is room again.
        if (!_outbox.Accepts(user) || !_exposures.Add(exposure)) return;
        var at = _parts.Clock.GetUtcNow();
        _outbox.Enqueue(new OutboxEvent
        {
            Id = _outbox.Ids.Next(at),
            User = user,
            At = at,
            Arm = arm,
            Breakdowns = context is null || arm.Breakdowns.Count == 0 ? null : [.. arm.Breakdowns.Select(name => context[name])],
        });
        _parts.Telemetry.Exposed(arm.Experiment ?? arm.BestPractice!, arm.Variant);
    }

    private static bool IsNameOrNull(string? text) => text is null || TextRules.IsName(text, MaximumText);
}
