using Experiments.Api.Catalog;
using Experiments.Api.Events.Import;
using Experiments.Api.Results;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Promotion;

/// <summary>Looks at running experiments when their moments changed, and on time; keeps what looks leave; acts on what they find.</summary>
/// <remarks>Any number of processes may run one each: the state of a look is a compare-and-set, a promotion happens once in the catalogue.
/// A crash between the two is mended at the next round: what was found and not yet done is done then.</remarks>
internal sealed class Decider(
    CatalogStore catalog, ResultsService results, LookStore looks, ImportLease imports, Promoter promoter, Proposals proposals, SafetyStopper safety, Reweighter reweighter, PracticeKeeper practices,
    TimeProvider clock, IOptions<DeciderOptions> options, ILogger<Decider> log) : BackgroundService
{
    private static readonly TimeSpan LongestPace = TimeSpan.FromMinutes(15);

    // A bandit's weights wait for its updates anyway: a look a minute is often enough for its guardrails.
    private static readonly TimeSpan PaceOfBandits = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (long Version, DateTimeOffset At)> _lookedAtBandit = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromSeconds(options.Value.IntervalSeconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            await RoundAsync(stoppingToken);
            await PracticesAsync(stoppingToken);
            await Task.Delay(interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        var steps = new List<(string Experiment, AllocationStep Step)>();
        foreach (var experiment in catalog.State.Experiments.Values.Where(e => e.Status == ExperimentStatus.Running))
        {
            try
            {
                await LookAsync(experiment, steps, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // One experiment that cannot be looked at must not keep the others waiting; the next round tries again.
                log.LookFailed(experiment.Key, failure.Message, failure);
            }
        }

        foreach (var key in _lookedAtBandit.Keys)
        {
            if (catalog.State.Experiments.GetValueOrDefault(key)?.Status != ExperimentStatus.Running) _lookedAtBandit.Remove(key);
        }

        await ReweightAsync(steps, cancellationToken);
    }

    private async Task ReweightAsync(List<(string Experiment, AllocationStep Step)> steps, CancellationToken cancellationToken)
    {
        try
        {
            if (await reweighter.ReweightAsync(steps, cancellationToken) is > 0 and var done) log.Reweighted(done);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The steps stay in the looks' states: the next look that finds one open does it.
            log.ReweightFailed(steps.Count, failure.Message, failure);
        }
    }

    private async Task PracticesAsync(CancellationToken cancellationToken)
    {
        foreach (var practice in catalog.State.BestPractices.Values.Where(p => p.State == PracticeState.Active))
        {
            try
            {
                if (await practices.LookAsync(practice, cancellationToken) is { } act) log.PracticeChanged(practice.Key, act.Action, act.Reason);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                log.PracticeLookFailed(practice.Key, failure.Message, failure);
            }
        }

        practices.Forget(catalog.State);
    }

    private async Task LookAsync(Experiment experiment, List<(string, AllocationStep)> steps, CancellationToken cancellationToken)
    {
        if (IsLookedAtBandit(experiment)) return;
        if (await imports.IsHeldAsync(experiment.Key, cancellationToken)) return;
        var (state, version) = await looks.ReadAsync(experiment.Key, cancellationToken);
        var data = await results.DataAsync(catalog.State, experiment, cancellationToken);

        // Asked again: an import that began and committed between the two reads must not be looked at by halves.
        if (await imports.IsHeldAsync(experiment.Key, cancellationToken)) return;
        if (IsDue(data, state))
        {
            var look = ExperimentLook.Make(data, state);
            if (!await looks.TryWriteAsync(experiment.Key, version, look.Next, cancellationToken)) return;
            state = look.Next;
        }

        if (experiment.Bandit is not null && state.LastLookAt is { } at) _lookedAtBandit[experiment.Key] = (experiment.Version, at);

        foreach (var harm in state.Harm)
        {
            if (await safety.StopAsync(experiment.Key, harm, cancellationToken)) log.SafetyStopped(experiment.Key, harm.Variant);
        }

        if (state.Finding is { Kind: Finding.Loser } loser) await AttachAsync(experiment, loser, cancellationToken);
        if (state.Allocation is { } step) steps.Add((experiment.Key, step));
        if (state.Finding is { Kind: Finding.Winner } winner && experiment.Decision.AutoPromote)
        {
            await PromoteAsync(experiment, winner, cancellationToken);
        }
    }

    private bool IsLookedAtBandit(Experiment experiment) =>
        experiment.Bandit is { } bandit && _lookedAtBandit.TryGetValue(experiment.Key, out var last) && last.Version == experiment.Version
        && clock.GetUtcNow() - last.At < (Durations.Parse(bandit.UpdateEvery) is var every && every < PaceOfBandits ? every : PaceOfBandits);

    // A value that lost a test speaks against the best practice that serves it.
    private async Task AttachAsync(Experiment experiment, Finding loser, CancellationToken cancellationToken)
    {
        if (!Contradictions.Of(catalog.State, experiment, loser.Variant, loser.Evidence).Any()) return;
        await catalog.CommitAsync(
            Promoter.Decider,
            state => Contradictions.Of(state, state.RequireExperiment(experiment.Key), loser.Variant, loser.Evidence).ToArray() is { Length: > 0 } practices
                ? new CatalogChange("best-practice.contradict", $"'{experiment.Key}' speaks against it.", practices)
                : CatalogChange.None,
            cancellationToken);
    }

    private static bool IsDue(ExperimentData data, LookState state)
    {
        if (data.Moments.IsEmpty) return false;
        if (state.LastLookAt is not { } last || state.LastVersion != data.Moments.Version) return true;

        // Users mature without an event: look again after a slot of the primary KPI, at the latest after a quarter of an hour.
        var slot = TimeSpan.FromTicks(data.Moments.Layout.Kpis[0].SlotTicks);
        return data.Now - last >= (slot < LongestPace ? slot : LongestPace);
    }

    private async Task PromoteAsync(Experiment experiment, Finding winner, CancellationToken cancellationToken)
    {
        var reason = winner.Cycle == 0
            ? "The evidence, the expected loss, the guardrails, health and the minimum of days agree."
            : $"The evidence, the expected loss, the guardrails, health and the close of cycle {winner.Cycle} agree.";
        if (experiment.Decision.Approval)
        {
            if (!Proposals.MayPropose(experiment, winner.Variant, Promoter.Decider)) return;
            var (_, proposed) = await proposals.ProposeAsync(
                experiment.Key, winner.Variant, Promoter.Decider, reason, winner.Evidence, cancellationToken);
            if (proposed) log.Proposed(experiment.Key, winner.Variant);
            return;
        }

        var (_, promoted) = await promoter.PromoteAsync(
            experiment.Key, winner.Variant, Promoter.Decider, reason, winner.Evidence, onlyRunning: true, cancellationToken);
        if (promoted) log.Promoted(experiment.Key, winner.Variant);
    }
}
