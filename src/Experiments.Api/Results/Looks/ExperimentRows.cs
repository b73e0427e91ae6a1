using Experiments.Api.Results.Figures;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Results.Looks;

/// <summary>An experiment's sums by epoch and day, the control first: what a bandit reads, and what the evidence of a best practice starts from.</summary>
internal sealed class ExperimentRows
{
    private readonly ExperimentData _data;
    private readonly EpochRows _rows;
    private readonly Dictionary<int, IReadOnlyList<EpochRow>> _mature = [];

    public ExperimentRows(ExperimentData data)
    {
        _data = data;
        Variants = [data.Control, .. data.Treatments];
        _rows = new EpochRows(
            data.Moments, Variants,
            [.. data.Experiment.Epochs.Select(e => new TableStretch(e.StartedAt, [.. Variants.Select(v => e.Buckets[v])]))],
            data.Experiment.StartedAt!.Value, data.Now);
    }

    /// <summary>Number of the variant by arm; arm 0 is the control.</summary>
    public IReadOnlyList<int> Variants { get; }

    public double NowDays => _rows.NowDays;

    public int ArmOf(int variant) => variant == _data.Control ? 0 : variant < _data.Control ? variant + 1 : variant;

    /// <summary>Users known now, those who wait by what normally has come by their age.</summary>
    public IReadOnlyList<EpochRow> Known(int kpi) => _rows.Known(kpi, _data.HasCovariate(kpi));

    /// <summary>Mature users first exposed up to the end of a UTC day.</summary>
    public IReadOnlyList<EpochRow> Mature(int kpi, long lastDay)
    {
        if (!_mature.TryGetValue(kpi, out var rows)) _mature[kpi] = rows = _rows.Mature(kpi, _data.HasCovariate(kpi));
        if (lastDay == long.MaxValue) return rows;
        var last = lastDay - StartDay;
        return [.. rows.Where(r => r.Day <= last)];
    }

    /// <summary>Last day, as rows count, that is over and whose users are all mature; of an imported history, its last day.</summary>
    public int LastClosedDay(IReadOnlyList<EpochRow> rows)
    {
        if (_data.Experiment.ImportedComplete) return rows.Count == 0 ? 0 : Math.Max(1, rows.Max(r => r.Day));
        var window = _data.Moments.Layout.Kpis[0].WindowTicks / (double)TimeSpan.TicksPerDay;
        return (int)Math.Floor(NowDays - window) - 1;
    }

    private long StartDay => _data.Experiment.StartedAt!.Value.UtcTicks / TimeSpan.TicksPerDay;
}
