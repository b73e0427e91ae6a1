namespace Experiments.Sdk.FeatureManagement;

/// <summary>Tells the attributes of the user of the moment, as audiences ask for them. Register one to give features more than a user id.</summary>
public interface IExperimentContextAccessor
{
    /// <summary>What is known of the user of the current request; null when nothing is.</summary>
    ExperimentContext? Context { get; }
}
