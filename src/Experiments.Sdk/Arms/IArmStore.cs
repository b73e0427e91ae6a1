namespace Experiments.Sdk.Arms;

/// <summary>Keeps the first arm of a bandit's user for all processes: the first writer wins.</summary>
internal interface IArmStore
{
    /// <summary>Keeps <paramref name="proposed"/> if the user has no arm in this experiment yet, and returns the one that he has.</summary>
    /// <exception cref="ArmStoreUnavailableException">The store cannot be asked now.</exception>
    Task<KeptArm> KeepAsync(string experiment, string user, KeptArm proposed, CancellationToken cancellationToken);
}

/// <summary>The first arms of users cannot be looked up now; the message tells why, without addresses.</summary>
internal sealed class ArmStoreUnavailableException(string message) : Exception(message);
