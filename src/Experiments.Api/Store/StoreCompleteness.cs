namespace Experiments.Api.Store;

/// <summary>Whether the store has all that was committed to it, as the proof at the start found.</summary>
internal sealed class StoreCompleteness
{
    private volatile string? _problem;

    /// <summary>What is missing and what to do; null while the store is whole.</summary>
    public string? Problem
    {
        get => _problem;
        set => _problem = value;
    }
}
