using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Promotion;

/// <summary>Looks after best practices: harm, suspicion, age, date of review. What a look asks for is done once, in the catalogue.</summary>
/// <remarks>A look is a pure function of the moments and the time, so nothing is kept between looks; of two processes one acts.</remarks>
internal sealed class PracticeKeeper(CatalogStore catalog, MomentsReader moments, TimeProvider clock)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, (long Version, DateTimeOffset At)> _looked = new(StringComparer.Ordinal);

    /// <summary>Looks at a practice if that is due.</summary>
    /// <returns>What was done by this call; null for nothing.</returns>
    public async Task<PracticeAct?> LookAsync(BestPractice practice, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_looked.TryGetValue(practice.Key, out var last) && last.Version == practice.Version && now - last.At < Pace) return null;

        var read = await moments.ReadAsync(TargetLayout.Of(practice), cancellationToken).ConfigureAwait(false);
        var act = PracticeAct.Of(practice, new PracticeLook(practice, read, now), now);
        var done = act is not null && await DoAsync(practice, act, now, cancellationToken).ConfigureAwait(false);
        _looked[practice.Key] = (practice.Version, now);
        return done ? act : null;
    }

    /// <summary>Forgets the looks at practices that are no longer looked after.</summary>
    public void Forget(CatalogState state)
    {
        foreach (var key in _looked.Keys)
        {
            if (state.BestPractices.GetValueOrDefault(key)?.State != PracticeState.Active) _looked.Remove(key);
        }
    }

    private async Task<bool> DoAsync(BestPractice seen, PracticeAct act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var done = false;
        await catalog.CommitAsync(
            Promoter.Decider,
            state =>
            {
                // It was decided on this version: of two who decided the same, one finds it changed.
                done = state.BestPractices.GetValueOrDefault(seen.Key)?.Version == seen.Version;
                return done ? PracticeChange.Of(state, seen, act, now) : CatalogChange.None;
            },
            cancellationToken).ConfigureAwait(false);
        return done;
    }
}
