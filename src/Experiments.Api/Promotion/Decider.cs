using Experiments.Api.Catalog;
using Experiments.Api.Events.Import;
using Experiments.Api.Results;
using Experiments.Api.Results.Looks;
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
        foreach (var experiment in catalog.State.Experiments.Values.Where(e => e.Status == ExperimentStatus.Running))
        {
            try
            {
                await LookAsync(experiment, cancellationToken);
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
    }

    private async Task LookAsync(Experiment experiment, CancellationToken cancellationToken)
    {
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

        foreach (var harm in state.Harm)
        {
            if (await safety.StopAsync(experiment.Key, harm, cancellationToken)) log.SafetyStopped(experiment.Key, harm.Variant);
        }

        if (state.Allocation is { } step && await reweighter.ReweightAsync(experiment.Key, step, cancellationToken))
        {
            log.Reweighted(experiment.Key, step.FromEpoch + 1);
        }

        if (state.Finding is { Kind: Finding.Winner } winner && experiment.Decision.AutoPromote)
        {
            await PromoteAsync(experiment, winner, cancellationToken);
        }
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
