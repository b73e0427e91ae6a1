using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Experiments.Api.Events.Intake;
using Experiments.Api.Shared;

namespace Experiments.Api.Events.Import;

/// <summary>Rows of a CSV stream in constant memory: comma, semicolon or tab, quoted as RFC 4180 says.</summary>
/// <remarks>A quote left open would swallow the rows after it. So rows are gathered line by line: where the lines that a quote holds
/// together make no row, the first of them alone is refused and the others are read on their own.</remarks>
internal sealed class CsvRows : IDisposable
{
    private const int MaximumLinesInRow = 50;

    private static readonly string[] Delimiters = [",", ";", "\t"];

    private static readonly EventProblem BrokenQuote = new(
        "broken-quote", "A quote is not closed, or stands inside a cell that is not quoted: quote the cell and double the quote.");

    private readonly StreamReader _reader;
    private readonly LineReader _lines;
    private readonly CsvConfiguration _configuration;
    private bool _badData;

    public CsvRows(Stream body)
    {
        _reader = new StreamReader(body, detectEncodingFromByteOrderMarks: true);
        _lines = new LineReader(_reader);
        _configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = _ => _badData = true,
            BufferSize = 1024,
        };
    }

    /// <summary>Names of the columns.</summary>
    public string[] Header { get; private set; } = [];

    /// <summary>Line of the file at which the current row starts, from 1.</summary>
    public long Line { get; private set; }

    public string[] Cells { get; private set; } = [];

    /// <summary>True where a decimal comma is usual: files with semicolons.</summary>
    public bool DecimalComma => _configuration.Delimiter == ";";

    /// <summary>What is wrong with the current row as CSV, if anything.</summary>
    public EventProblem? Problem { get; private set; }

    /// <exception cref="ProblemException">The file has no first line that names columns.</exception>
    public async Task ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var line = await _lines.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(line))
        {
            throw Refusal.Of(400, "empty-file", "The file is empty: its first line names the columns.");
        }

        _configuration.Delimiter = Delimiters.MaxBy(d => line.Split(d).Length)!;
        if (!TryParse(line)) throw Refusal.Of(400, BrokenQuote.Code, "In the first line: " + BrokenQuote.Detail);
        Header = Cells;
    }

    public async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        string? line;
        do
        {
            line = await _lines.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        while (line is { Length: 0 });
        if (line is null) return false;

        Line = _lines.Number;
        Problem = null;
        if (IsWhole(line))
        {
            if (!TryParse(line)) Problem = BrokenQuote;
            else if (Cells.Length != Header.Length) Problem = WrongCount();
        }
        else
        {
            await GatherAsync(line, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    public void Dispose() => _reader.Dispose();

    private async Task GatherAsync(string first, CancellationToken cancellationToken)
    {
        var more = new List<string>();
        var row = first;
        while (!IsWhole(row) && more.Count < MaximumLinesInRow && row.Length < LineReader.LongestLine)
        {
            if (await _lines.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } next) break;
            more.Add(next);
            row = row + "\n" + next;
        }

        if (IsWhole(row) && TryParse(row) && Cells.Length == Header.Length) return;
        Problem = BrokenQuote;
        _lines.GiveBack(more);
    }

    private static bool IsWhole(string row) => (row.AsSpan().Count('"') & 1) == 0;

    private bool TryParse(string row)
    {
        if (!row.Contains('"', StringComparison.Ordinal))
        {
            Cells = row.Split(_configuration.Delimiter);
            return true;
        }

        _badData = false;
        using var parser = new CsvParser(new StringReader(row), _configuration);
        Cells = parser.Read() ? parser.Record ?? [] : [];
        return !_badData;
    }

    private EventProblem WrongCount() => new(
        "wrong-column-count", $"The row has {Cells.Length} cells, the first line has {Header.Length}.");
}
