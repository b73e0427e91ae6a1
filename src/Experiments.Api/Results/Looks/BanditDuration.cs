namespace Experiments.Api.Results.Looks;

/// <summary>How long a bandit needs to prove the lift that its author hopes for.</summary>
internal static class BanditDuration
{
    /// <summary>Days left: (ln((K−1)/α) + 2 − evidence so far) / (daily information · θ²/2), θ the log of the lift hoped for.</summary>
    /// <returns>Null before there is a mature day to take the pace from.</returns>
    public static double? DaysLeft(ExperimentLook look, BanditLook bandit)
    {
        var data = look.Data;
        var best = look.Primary.Comparisons.MaxBy(c => c.Look.Evidence.LogEvidenceUp)!;
        var rows = bandit.Rows.Mature(0, long.MaxValue);
        var first = rows.Select(r => (int?)r.Day).Min();
        if (first is null) return null;
        var known = new BanditPairLook(data, bandit.Rows, 0, best.Variant, rows, best.State).Strength();

        var window = data.Moments.Layout.Kpis[0].WindowTicks / (double)TimeSpan.TicksPerDay;
        var days = Math.Max(1, bandit.Rows.NowDays - window - first.Value);
        var lift = Math.Log(1 + LiftHopedFor(data));
        var gain = known.Information / days * lift * lift / 2;
        var missing = Math.Log(bandit.Rivals / data.Experiment.Decision.Alpha) + 2 - Math.Max(0, best.Look.Evidence.LogEvidenceUp);
        return gain > 0 ? Math.Max(0, missing / gain) : null;
    }

    private static double LiftHopedFor(ExperimentData data) => data.Hypothesis?.Expect is { } expect
        && expect.Kpi == data.Experiment.FrozenKpis[0].Key && expect.Lift != 0
        ? Math.Abs(expect.Lift)
        : data.Experiment.Decision.MinimumDetectableLift ?? 0.1;
}
