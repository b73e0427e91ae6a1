namespace Experiments.Api.Store;

/// <summary>The store is there but must not be used as it is: time does not cure it, a setting does. Its message says which.</summary>
internal sealed class StoreRefusedException : Exception
{
    public StoreRefusedException()
    {
    }

    public StoreRefusedException(string message)
        : base(message)
    {
    }

    public StoreRefusedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
