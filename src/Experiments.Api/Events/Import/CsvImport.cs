using Experiments.Api.Catalog;
using Experiments.Api.Events.Intake;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Shared;

namespace Experiments.Api.Events.Import;

/// <summary>Imports a finished or running test from CSV: one row a user, streamed, in batches that each are committed before the next.</summary>
internal sealed class CsvImport(EventLedger ledger, ImportLease lease, TimeProvider clock)
{
    private const int RowsPerBatch = 2_000;
    private const int ReportedRejections = 100;
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(50);

    /// <param name="experiment">The experiment, started.</param>
    /// <param name="query">Which column is what.</param>
    /// <param name="state">The catalogue.</param>
    /// <param name="body">The file.</param>
    /// <param name="beforeFirstCommit">Done once something is about to be counted, and never for a file that gives nothing.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="ProblemException">The file cannot be read as CSV, or a column is missing.</exception>
    public async Task<ImportReport> RunAsync(
        Experiment experiment, ImportQuery query, CatalogState state, Stream body, Func<Task> beforeFirstCommit,
        CancellationToken cancellationToken)
    {
        using var rows = new CsvRows(body);
        await rows.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        var columns = query.In(rows.Header, state);
        var reader = new RowReader(experiment, columns, query.Complete, ledger, clock.GetUtcNow(), rows.DecimalComma);

        var held = await lease.TakeAsync(experiment.Key, cancellationToken).ConfigureAwait(false);
        var tally = new Tally();
        var batch = new List<LedgerEvent>();
        while (await rows.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            tally.Rows++;
            var problem = rows.Problem ?? reader.Read(rows.Cells, tally.Rows, batch);
            if (problem is not null) tally.Reject(rows.Line, problem);
            if (tally.Rows % RowsPerBatch != 0) continue;
            await CommitAsync(batch, tally, beforeFirstCommit, cancellationToken).ConfigureAwait(false);
            await held.RenewAsync(cancellationToken).ConfigureAwait(false);
        }

        await CommitAsync(batch, tally, beforeFirstCommit, cancellationToken).ConfigureAwait(false);
        await held.GiveBackAsync(cancellationToken).ConfigureAwait(false);
        return tally.Report();
    }

    private async Task CommitAsync(
        List<LedgerEvent> batch, Tally tally, Func<Task> beforeFirstCommit, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        if (tally.IsEmpty) await beforeFirstCommit().ConfigureAwait(false);
        bool[] duplicates;
        while (true)
        {
            try
            {
                duplicates = await ledger.SubmitAsync([.. batch], cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (LedgerBusyException)
            {
                // An import is its own sender: it waits where an app would be told to come back.
                await Task.Delay(BusyPause, clock, cancellationToken).ConfigureAwait(false);
            }
        }

        for (var i = 0; i < batch.Count; i++) tally.Count(batch[i], duplicates[i]);
        batch.Clear();
    }

    private sealed class Tally
    {
        private readonly List<RejectedRow> _rejected = [];
        private long _exposures;
        private long _kpiEvents;
        private long _duplicates;
        private long _rejectedRows;

        public long Rows { get; set; }

        public bool IsEmpty => _exposures + _kpiEvents + _duplicates == 0;

        public void Count(LedgerEvent added, bool duplicate)
        {
            if (duplicate) _duplicates++;
            else if (added is ExposureEvent) _exposures++;
            else _kpiEvents++;
        }

        public void Reject(long line, EventProblem problem)
        {
            _rejectedRows++;
            if (_rejected.Count < ReportedRejections) _rejected.Add(new RejectedRow(line, problem.Code, problem.Detail));
        }

        public ImportReport Report() => new(Rows, _exposures, _kpiEvents, _duplicates, _rejectedRows, _rejected);
    }
}
