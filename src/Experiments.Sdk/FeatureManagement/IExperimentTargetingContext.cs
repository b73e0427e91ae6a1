using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Sdk.FeatureManagement;

/// <summary>A targeting context that also has the user's attributes; it wins over <see cref="IExperimentContextAccessor"/>.</summary>
public interface IExperimentTargetingContext : ITargetingContext
{
    /// <summary>What is known of the user; null when nothing is.</summary>
    ExperimentContext? Attributes { get; }
}
