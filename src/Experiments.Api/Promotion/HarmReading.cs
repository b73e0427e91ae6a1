using Experiments.Api.Catalog;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Promotion;

/// <summary>The harm detector of a best practice after the whole cycles closed so far.</summary>
/// <param name="Cycles">Cycles closed.</param>
/// <param name="LogStatistic">ln G after the last of them; 0 before the first.</param>
/// <param name="Action">What the last cycle asks for; demote once any cycle did.</param>
internal sealed record HarmReading(int Cycles, double LogStatistic, HoldbackAction Action)
{
    private const int Arm = 1;

    public static HarmReading Of(BestPractice practice, IReadOnlyList<EpochRow> mature, int cycles, bool increaseIsGood)
    {
        var settings = practice.Settings;
        var plan = new HoldbackPlan
        {
            CycleDays = settings.WholeCycleDays,
            Warn = settings.Warn,
            Demote = settings.DemoteOdds,
            IncreaseIsGood = increaseIsGood,
        };
        var scale = practice.Kpi.Type == "proportion" ? null : ScaleOf(mature);
        var (state, reading) = (HoldbackState.Initial, new HarmReading(0, 0, HoldbackAction.Keep));
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            // The partial day of the promotion is extra: it belongs to the first cycle.
            var (first, last) = ((cycle - 1) * plan.CycleDays, cycle * plan.CycleDays);
            EpochRow[] rows = [.. mature.Where(r => r.Day <= last && (r.Day > first || cycle == 1))];
            var (next, log, action) = practice.Kpi.Type == "proportion"
                ? HoldbackDetector.Close(plan, state, ArmProof.SplitStrata(rows, Arm))
                : HoldbackDetector.Close(plan, state, ScoreProcess.Read(ArmProof.ScoreStrata(rows, Arm), scale));
            state = next;
            reading = new HarmReading(cycle, log, reading.Action == HoldbackAction.Demote ? HoldbackAction.Demote : action);
        }

        return reading;
    }

    /// <summary>Scale of a mean, frozen from the first table.</summary>
    public static ScoreScale? ScaleOf(IReadOnlyList<EpochRow> mature) => ScoreScale.Of(ArmProof.ScoreStrata(mature, Arm));
}
