using System.Text;
using Experiments.Api.Events.Intake;

namespace Experiments.Api.Events.Import;

/// <summary>Lines of a stream in constant memory; a line beyond the bound is refused, not read.</summary>
internal sealed class LineReader(StreamReader reader)
{
    public const int LongestLine = 64 * 1024;

    private readonly char[] _buffer = new char[16 * 1024];
    private readonly StringBuilder _line = new();
    private readonly Stack<string> _givenBack = new();
    private int _next;
    private int _length;

    /// <summary>Number of the line read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line without its end, or null after the last.</summary>
    public async ValueTask<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_givenBack.TryPop(out var again))
        {
            Number++;
            return again;
        }

        _line.Clear();
        while (true)
        {
            if (_next == _length)
            {
                _length = await reader.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
                _next = 0;
                if (_length == 0) return _line.Length == 0 ? null : Take();
            }

            var end = _buffer.AsSpan(_next, _length - _next).IndexOf('\n');
            _line.Append(_buffer, _next, end < 0 ? _length - _next : end);
            _next = end < 0 ? _length : _next + end + 1;
            if (_line.Length > LongestLine)
            {
                throw Refusal.Of(
                    400, "line-too-long", $"Line {Number + 1} is longer than {LongestLine / 1024} kB. Rows before it were imported.");
            }

            if (end >= 0) return Take();
        }
    }

    /// <summary>Puts lines back, to be read again in their order.</summary>
    public void GiveBack(IReadOnlyList<string> lines)
    {
        for (var i = lines.Count - 1; i >= 0; i--) _givenBack.Push(lines[i]);
        Number -= lines.Count;
    }

    private string Take()
    {
        Number++;
        if (_line.Length > 0 && _line[^1] == '\r') _line.Length--;
        return _line.ToString();
    }
}
