using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Results.Looks;

/// <summary>One look at a whole experiment. Pure: the decider keeps <see cref="Next"/>, a poll throws it away.</summary>
/// <param name="Data">What was looked at.</param>
/// <param name="Health">Whether it can be trusted.</param>
/// <param name="Kpis">Every KPI of the plan, primary first, on the users mature now.</param>
/// <param name="Guardrails">Every guardrail for every treatment.</param>
/// <param name="Next">State after the look.</param>
internal sealed record ExperimentLook(
    ExperimentData Data, Health Health, IReadOnlyList<KpiLook> Kpis, IReadOnlyList<GuardrailLook> Guardrails, LookState Next)
{
    private const int LongestHistory = 400;

    /// <summary>Arms and weights of a bandit; null for an A/B test.</summary>
    public BanditLook? Bandit { get; init; }

    public KpiLook Primary => Kpis[0];

    public Finding? Finding => Next.Finding;

    /// <summary>Makes the look: the closing one first when a cycle has closed, then the live one.</summary>
    public static ExperimentLook Make(ExperimentData data, LookState state)
    {
        var health = Health.Of(data);
        health = health with { Alarm = health.SampleRatio.Alarm || state.SampleRatioAlarmAt is not null };
        var bandit = data.Experiment.Bandit is null ? null : new BanditLook(data, health.IsSound);
        var cycle = Cycle.Of(data, state.ClosedCycles);
        if (cycle is { EveryLookCloses: false, HasClosed: true })
        {
            var closing = LookAt(data, bandit, health, state, cycle.LastDay);
            state = closing.Next with { ClosedCycles = cycle.Number, Finding = Conclude(closing, cycle) };
        }

        var live = LookAt(data, bandit, health, state, long.MaxValue);
        if (bandit is not null && IsUpdateDue(data, state)) live = live with { Next = live.Next with { Allocation = bandit.ToStep() } };
        return cycle is { EveryLookCloses: true, HasClosed: true }
            ? live with { Next = live.Next with { Finding = Conclude(live, cycle) } }
            : live;
    }

    private static bool IsUpdateDue(ExperimentData data, LookState state) =>
        data.Now - (state.Allocation?.At ?? data.Experiment.StartedAt!.Value) >= Durations.Parse(data.Experiment.Bandit!.UpdateEvery);

    private static ExperimentLook LookAt(ExperimentData data, BanditLook? bandit, Health health, LookState state, long lastDay)
    {
        var kpis = Enumerable.Range(0, data.Experiment.FrozenKpis.Count)
            .Select(kpi => ComparisonLook.Of(data, bandit, kpi, Plans.NoEffect(data, kpi), state, lastDay))
            .ToList();
        kpis = SecondaryDiscoveries.Apply(data, kpis);
        var guardrails = GuardrailLook.All(data, bandit, kpis[0], state, lastDay);
        var safety = kpis[0].Comparisons.Select(c => SafetyLook.Of(data, kpis[0].Mature, c, state)).ToList();
        var primary = data.Experiment.FrozenKpis[0].Key;
        var pairs = new Dictionary<string, PairState>(state.Pairs);
        foreach (var kpi in kpis)
        {
            var key = data.Experiment.FrozenKpis[kpi.Kpi].Key;
            foreach (var comparison in kpi.Comparisons)
            {
                pairs[TestKey.NoEffect(key, data.Experiment.Variants[comparison.Variant].Key)] = comparison.State;
            }
        }

        foreach (var guardrail in guardrails)
        {
            var (key, variant) = (data.Experiment.FrozenKpis[guardrail.Kpi].Key, data.Experiment.Variants[guardrail.Variant].Key);
            pairs[TestKey.Harmless(key, variant)] = guardrail.Harmless.Next;
            pairs[TestKey.Harmful(key, variant)] = guardrail.Harmful.Next;
        }

        foreach (var look in safety) pairs[TestKey.Safety(primary, data.Experiment.Variants[look.Comparison.Variant].Key)] = look.Look.Next;

        var next = state with
        {
            Looks = state.Looks + 1,
            LastLookAt = data.Now,
            LastVersion = data.Moments.Version,
            Pairs = pairs,
            SampleRatioAlarmAt = state.SampleRatioAlarmAt ?? (health.Alarm ? data.Now : null),
            Harm = [.. state.Harm, .. NewHarm(data, health, kpis[0], safety, guardrails, state)],
            // A bandit is looked at each minute, and changes by its updates: these are its points.
            History = bandit is not null && lastDay == long.MaxValue && !IsUpdateDue(data, state)
                ? state.History
                : Append(state.History, Point(data, kpis[0], lastDay != long.MaxValue)),
        };
        return new ExperimentLook(data, health, kpis, guardrails, next) { Bandit = bandit };
    }

    private static IEnumerable<Finding> NewHarm(
        ExperimentData data, Health health, KpiLook primary, IReadOnlyList<SafetyLook> safety, IReadOnlyList<GuardrailLook> guardrails,
        LookState state) =>
        from look in safety
        let variant = data.Experiment.Variants[look.Comparison.Variant].Key
        let broken = guardrails.Any(g => g.Variant == look.Comparison.Variant && g.Status == GuardrailLook.IsHarmful)
        where (look.IsHarmful || broken) && health.IsSound && state.Harm.All(h => h.Variant != variant)
        select new Finding(
            look.IsHarmful ? Finding.Harm : Finding.GuardrailHarm, variant, data.Now, 0,
            JsonSerializer.SerializeToElement(FindingEvidence.Of(data, health, primary, look.Comparison), ApiJson.Stored));

    private static Finding? Conclude(ExperimentLook look, Cycle cycle)
    {
        // A winner was found once and for all: evidence that falls later does not undo it.
        if (look.Next.Finding is { Kind: Finding.Winner } found) return found;
        if (look.Bandit is { } bandit) return BanditConclusion.Of(look, bandit, cycle);
        if (!look.Health.IsSound || !cycle.IsLongEnough || !HasEnoughUsers(look)) return look.Next.Finding;

        var winner = look.Primary.Comparisons
            .Where(c => c.Decision == ComparisonLook.Better && MayShip(look, c))
            .MaxBy(c => look.Primary.MatureReadOut.Worth(c.Variant));
        if (winner is not null) return Found(Finding.Winner, look, winner, cycle);
        var first = look.Primary.Comparisons[0];
        if (look.Primary.Comparisons.All(c => c.Decision == ComparisonLook.Worse)) return Found(Finding.Loser, look, first, cycle);
        if (look.Primary.Comparisons.All(c => c.Decision == ComparisonLook.Equivalent)) return Found(Finding.Equivalent, look, first, cycle);
        return look.Primary.Comparisons.All(c => c.IsFutile(Plans.NoEffect(look.Data, 0))) ? Found(Finding.Futile, look, first, cycle) : null;
    }

    private static bool MayShip(ExperimentLook look, ComparisonLook comparison)
    {
        var readOut = look.Primary.MatureReadOut.Pair(look.Data.Control, comparison.Variant);
        return readOut.RelativeLoss <= look.Data.Experiment.Decision.MaximumRelativeLoss
            && look.Guardrails.Where(g => g.Variant == comparison.Variant).All(g => g.Status == GuardrailLook.IsHarmless);
    }

    private static bool HasEnoughUsers(ExperimentLook look) => Enumerable.Range(0, look.Data.Experiment.Variants.Count)
        .All(v => look.Primary.Mature.Total(v).Users >= look.Data.Experiment.Decision.MinimumUsersPerVariant);

    /// <summary>What was found of a treatment, with the figures that it was found on.</summary>
    public static Finding Found(string kind, ExperimentLook look, ComparisonLook comparison, Cycle cycle)
    {
        var experiment = look.Data.Experiment;
        var variant = experiment.Variants[comparison.Variant].Key;
        var evidence = FindingEvidence.Of(look.Data, look.Health, look.Primary, comparison);
        return new Finding(
            kind, variant, look.Data.Now, cycle.Number, JsonSerializer.SerializeToElement(evidence, ApiJson.Stored));
    }

    private static HistoryPoint Point(ExperimentData data, KpiLook primary, bool closing) => new(data.Now, closing,
    [
        .. primary.Comparisons.Select(c =>
        {
            var (control, treatment) = (primary.MatureReadOut.Mean(data.Control), primary.MatureReadOut.Mean(c.Variant));
            var sequence = c.State.Difference.Value;
            return new HistoryFigure(
                data.Experiment.Variants[c.Variant].Key, c.Look.Users, c.LogEvidenceAdjusted,
                control > 0 ? (treatment / control) - 1 : null, treatment - control,
                sequence.Lower, sequence.Upper);
        }),
    ]);

    // When full, every other point of the older half goes: the recent past stays dense, the whole stays bounded.
    private static IReadOnlyList<HistoryPoint> Append(IReadOnlyList<HistoryPoint> history, HistoryPoint point)
    {
        if (history.Count < LongestHistory) return [.. history, point];
        var old = history.Take(LongestHistory / 2).Where((p, i) => i % 2 == 0 || p.Closing);
        return [.. old, .. history.Skip(LongestHistory / 2), point];
    }
}
