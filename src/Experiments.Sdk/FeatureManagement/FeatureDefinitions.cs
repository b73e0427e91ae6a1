using System.Runtime.CompilerServices;
using Experiments.Sdk.Assignment;
using Microsoft.FeatureManagement;

namespace Experiments.Sdk.FeatureManagement;

/// <summary>The definitions of features: parameters that something decides, and beside them the app's own.</summary>
internal sealed class FeatureDefinitions(ExperimentsClient client, IFeatureDefinitionProvider own) : IFeatureDefinitionProvider
{
    private readonly ConditionalWeakTable<SnapshotEvaluator, Dictionary<string, FeatureDefinition>> _bySnapshot = [];

    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) =>
        Current().TryGetValue(featureName, out var definition) ? Task.FromResult(definition) : own.GetFeatureDefinitionAsync(featureName);

    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        var ours = Current();
        foreach (var definition in ours.Values) yield return definition;
        await foreach (var definition in own.GetAllFeatureDefinitionsAsync().ConfigureAwait(false))
        {
            if (!ours.ContainsKey(definition.Name)) yield return definition;
        }
    }

    private Dictionary<string, FeatureDefinition> Current() => _bySnapshot.GetValue(client.Snapshot, static snapshot =>
        snapshot.Parameters.Order(StringComparer.Ordinal).ToDictionary(name => name, name => Define(name, snapshot.ArmsOf(name)), StringComparer.Ordinal));

    private static FeatureDefinition Define(string name, IEnumerable<ServedArm> arms) => new()
    {
        Name = name,
        // Always on: who decides is the manager, which knows the user.
        EnabledFor = [new FeatureFilterConfiguration { Name = "AlwaysOn" }],
        Status = FeatureStatus.Conditional,
        Variants = [.. arms.DistinctBy(arm => arm.Variant, StringComparer.Ordinal).Select(Define)],
    };

    private static VariantDefinition Define(ServedArm arm)
    {
        var value = arm.Value.HasValue && arm.Value.TryGet<FeatureValue>(out var converted) ? converted : FeatureValue.None;
        return new VariantDefinition
        {
            Name = arm.Feature?.Name ?? arm.Variant,
            ConfigurationValue = value.Configuration,
            StatusOverride = arm.Feature?.On ?? value.IsOn ? StatusOverride.None : StatusOverride.Disabled,
        };
    }
}
