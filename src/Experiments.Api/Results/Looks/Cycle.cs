namespace Experiments.Api.Results.Looks;

/// <summary>Which whole cycle of days has closed: acts wait for it, since a variant may win on weekdays and lose at week-ends.</summary>
/// <param name="Number">Number of the last cycle that has closed, from 1.</param>
/// <param name="LastDay">Last UTC day of first exposure that it counts.</param>
/// <param name="HasClosed">True when this look closes a cycle.</param>
/// <param name="IsLongEnough">True when the plan's minimum of days has passed.</param>
/// <param name="EveryLookCloses">Days are alike, or the history was imported as complete.</param>
internal sealed record Cycle(long Number, long LastDay, bool HasClosed, bool IsLongEnough, bool EveryLookCloses)
{
    public static Cycle Of(ExperimentData data, long closedBefore)
    {
        var experiment = data.Experiment;
        var started = experiment.StartedAt!.Value;
        if (experiment.ImportedComplete) return new Cycle(0, long.MaxValue, HasClosed: true, IsLongEnough: true, EveryLookCloses: true);
        var minimum = experiment.Decision.MinimumDays;
        if (experiment.Decision.CycleDays == 0)
        {
            return new Cycle(0, long.MaxValue, HasClosed: true, data.Now - started >= TimeSpan.FromDays(minimum), EveryLookCloses: true);
        }

        var cycleDays = experiment.Decision.CycleDays;
        var startDay = Day(started);
        var lastMatureDay = (data.Now.UtcTicks - data.Moments.Layout.Kpis[0].WindowTicks) / TimeSpan.TicksPerDay - 1;
        var number = Math.Max(0, (lastMatureDay - startDay) / cycleDays);
        return new Cycle(
            number, startDay + (number * cycleDays), number > closedBefore, number * cycleDays >= minimum, EveryLookCloses: false);
    }

    /// <summary>When the next cycle that may end the test closes; null where every look closes.</summary>
    public static DateTimeOffset? NextClose(ExperimentData data)
    {
        var current = Of(data, long.MaxValue);
        var decision = data.Experiment.Decision;
        if (data.Experiment.ImportedComplete) return null;
        var started = data.Experiment.StartedAt!.Value;
        if (decision.CycleDays == 0)
        {
            var earliest = started.AddDays(decision.MinimumDays);
            return earliest > data.Now ? earliest : null;
        }

        var needed = (decision.MinimumDays + decision.CycleDays - 1) / decision.CycleDays;
        var next = Math.Max(current.Number + 1, Math.Max(1, needed));
        var endOfDay = (Day(started) + (next * decision.CycleDays) + 1) * TimeSpan.TicksPerDay;
        return new DateTimeOffset(endOfDay + data.Moments.Layout.Kpis[0].WindowTicks, TimeSpan.Zero);
    }

    private static long Day(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerDay;
}
