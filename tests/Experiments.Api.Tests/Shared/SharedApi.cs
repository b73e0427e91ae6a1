namespace Experiments.Api.Tests.Common;

/// <summary>A service for the tests of a class whose cases leave nothing behind.</summary>
public sealed class SharedApi : IAsyncDisposable
{
    internal ApiHost Api { get; } = new();

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
