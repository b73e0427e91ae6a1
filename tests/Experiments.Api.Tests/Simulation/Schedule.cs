namespace Experiments.Api.Tests.Simulation;

/// <summary>Everything that may happen next, on one thread: which of it does is the seed's choice, so that a seed is a whole history.</summary>
internal sealed class Schedule(Random random)
{
    private readonly List<(int Owner, Action Run)> _pending = [];

    public bool IsIdle => _pending.Count == 0;

    public Random Random { get; } = random;

    /// <summary>Adds something that may happen at any later step.</summary>
    /// <param name="owner">Whose it is; 0 for what nobody's crash can undo.</param>
    /// <param name="run">What happens.</param>
    public void Later(int owner, Action run) => _pending.Add((owner, run));

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Chance(int percent) => Random.Next(100) < percent;

    /// <summary>Lets one pending thing happen.</summary>
    public void Step()
    {
        var at = Random.Next(_pending.Count);
        var run = _pending[at].Run;
        _pending[at] = _pending[^1];
        _pending.RemoveAt(_pending.Count - 1);
        run();
    }

    /// <summary>A crash: what its owner waited for never comes.</summary>
    public void Forget(int owner) => _pending.RemoveAll(p => p.Owner == owner);
}
