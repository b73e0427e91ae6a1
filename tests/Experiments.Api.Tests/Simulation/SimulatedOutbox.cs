using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Tests.Simulation;

/// <summary>An app's outbox: sends each batch until it is acknowledged, and again when the store that acknowledged it has lost its tail.</summary>
internal sealed class SimulatedOutbox(Schedule schedule, SimulatedStore store, IReadOnlyList<SimulatedProcess> processes, int faultPercent)
{
    private readonly List<Batch> _batches = [];

    public bool IsDelivered => _batches.TrueForAll(b => b.AcknowledgedIn == store.Epoch);

    public void Send(IReadOnlyList<LedgerEvent> events)
    {
        var batch = new Batch(events);
        _batches.Add(batch);
        Try(batch);
    }

    /// <summary>Another life of the store was seen: what an earlier one acknowledged goes out again.</summary>
    public void Resend()
    {
        foreach (var batch in _batches.Where(b => b.AcknowledgedIn is { } epoch && epoch != store.Epoch)) Try(batch);
    }

    private void Try(Batch batch)
    {
        batch.AcknowledgedIn = null;
        if (schedule.Chance(faultPercent)) schedule.Later(0, () => Carry(batch)); // a proxy that sends twice
        schedule.Later(0, () => Carry(batch));
        schedule.Later(0, () => CheckTimeout(batch));
    }

    private void Carry(Batch batch)
    {
        if (schedule.Chance(faultPercent)) return; // the request is lost
        var process = processes[schedule.Random.Next(processes.Count)];
        process.Receive(batch.Events, epoch =>
        {
            if (epoch is null || schedule.Chance(faultPercent)) return; // refused, or the answer is lost
            schedule.Later(0, () => batch.AcknowledgedIn = epoch);
        });
    }

    private void CheckTimeout(Batch batch)
    {
        if (batch.AcknowledgedIn is not null) return;
        if (schedule.Chance(40)) schedule.Later(0, () => Carry(batch));
        schedule.Later(0, () => CheckTimeout(batch));
    }

    private sealed class Batch(IReadOnlyList<LedgerEvent> events)
    {
        public IReadOnlyList<LedgerEvent> Events { get; } = events;

        public int? AcknowledgedIn { get; set; }
    }
}
