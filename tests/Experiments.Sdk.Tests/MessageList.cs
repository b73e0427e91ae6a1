using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class MessageList : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(int Id, string Text)> All { get; } = new();

    public int Count(int eventId) => All.Count(message => message.Id == eventId);

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue((eventId.Id, formatter(state, exception)));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}
