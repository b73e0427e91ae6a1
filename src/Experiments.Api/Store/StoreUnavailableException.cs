namespace Experiments.Api.Store;

/// <summary>The store cannot be reached or written now; of a write, the outcome is unknown. Its message says what to do.</summary>
internal sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
