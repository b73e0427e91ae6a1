namespace Experiments.Api.Demo;

/// <summary>A clock that runs as fast as the real one but can be set forward: days of a campaign pass in a second.</summary>
internal sealed class SimulatedClock(DateTimeOffset start) : TimeProvider
{
    private readonly long _began = System.GetTimestamp();
    private long _aheadTicks;

    public override DateTimeOffset GetUtcNow() =>
        start + System.GetElapsedTime(_began) + TimeSpan.FromTicks(Volatile.Read(ref _aheadTicks));

    /// <summary>Sets the clock forward; a time already passed is left alone, since time never runs back.</summary>
    public void AdvanceTo(DateTimeOffset at)
    {
        var missing = at - GetUtcNow();
        if (missing > TimeSpan.Zero) Interlocked.Add(ref _aheadTicks, missing.Ticks);
    }
}
