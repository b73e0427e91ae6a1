using System.Runtime.CompilerServices;
using Experiments.Sdk.Assignment;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Sdk.FeatureManagement;

/// <summary>The feature manager that everything of Microsoft.FeatureManagement asks: parameters are ours, other features the app's own.</summary>
/// <remarks>
/// <para>A parameter is asked of <see cref="ExperimentsClient"/>, for the user of the targeting context, and exposes him. Where nobody
/// decides for him, or the variant's value is the app's own default, the app's own feature of that name answers; without one the feature is
/// off.</para>
/// <para>An experiment that was taken over from a feature of the app is told as that feature was: with the names of its variants, and on or off
/// by their status.</para>
/// <para>Session managers are not asked for parameters: an assignment is the same at every call, and a remembered one would be measured
/// as another.</para>
/// </remarks>
internal sealed class ExperimentsFeatureManager(
    ExperimentsClient client,
    IFeatureDefinitionProvider definitions,
    IVariantFeatureManager own,
    ITargetingContextAccessor? targeting,
    IExperimentContextAccessor? attributes) : IVariantFeatureManager, IFeatureManager
{
    public async ValueTask<bool> IsEnabledAsync(string feature, CancellationToken cancellationToken = default)
    {
        if (!Owns(feature)) return await own.IsEnabledAsync(feature, cancellationToken).ConfigureAwait(false);
        return await IsOnAsync(
            feature, await TargetingAsync().ConfigureAwait(false), () => own.IsEnabledAsync(feature, cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<bool> IsEnabledAsync<TContext>(string feature, TContext context, CancellationToken cancellationToken = default)
    {
        if (!Owns(feature)) return await own.IsEnabledAsync(feature, context, cancellationToken).ConfigureAwait(false);
        var user = context as ITargetingContext ?? await TargetingAsync().ConfigureAwait(false);
        return await IsOnAsync(feature, user, () => own.IsEnabledAsync(feature, context, cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<Variant> GetVariantAsync(string feature, CancellationToken cancellationToken = default)
    {
        if (!Owns(feature)) return await own.GetVariantAsync(feature, cancellationToken).ConfigureAwait(false);
        return await VariantAsync(
            feature,
            await TargetingAsync().ConfigureAwait(false),
            () => own.IsEnabledAsync(feature, cancellationToken),
            () => own.GetVariantAsync(feature, cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<Variant> GetVariantAsync(string feature, ITargetingContext context, CancellationToken cancellationToken = default)
    {
        if (!Owns(feature)) return await own.GetVariantAsync(feature, context, cancellationToken).ConfigureAwait(false);
        ArgumentNullException.ThrowIfNull(context);
        return await VariantAsync(
            feature,
            context,
            () => own.IsEnabledAsync(feature, context, cancellationToken),
            () => own.GetVariantAsync(feature, context, cancellationToken)).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<string> GetFeatureNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var definition in definitions.GetAllFeatureDefinitionsAsync().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (seen.Add(definition.Name)) yield return definition.Name;
        }
    }

    IAsyncEnumerable<string> IFeatureManager.GetFeatureNamesAsync() => GetFeatureNamesAsync(CancellationToken.None);

    Task<bool> IFeatureManager.IsEnabledAsync(string feature) => IsEnabledAsync(feature, CancellationToken.None).AsTask();

    Task<bool> IFeatureManager.IsEnabledAsync<TContext>(string feature, TContext context) =>
        IsEnabledAsync(feature, context, CancellationToken.None).AsTask();

    private bool Owns(string feature) => !string.IsNullOrEmpty(feature) && client.Snapshot.Decides(feature);

    private async ValueTask<ITargetingContext?> TargetingAsync() =>
        targeting is null ? null : await targeting.GetContextAsync().ConfigureAwait(false);

    private async ValueTask<bool> IsOnAsync(string feature, ITargetingContext? user, Func<ValueTask<bool>> ownIsOn)
    {
        if (await AssignAsync(feature, user).ConfigureAwait(false) is not { } assignment) return await ownIsOn().ConfigureAwait(false);
        var isOn = FeatureOf(feature, assignment)?.On ?? assignment.Value?.IsOn ?? await ownIsOn().ConfigureAwait(false);
        FeatureTelemetry.Evaluated(feature, user!.UserId, isOn, assignment);
        return isOn;
    }

    private async ValueTask<Variant> VariantAsync(
        string feature, ITargetingContext? user, Func<ValueTask<bool>> ownIsOn, Func<ValueTask<Variant>> ownVariant)
    {
        if (await AssignAsync(feature, user).ConfigureAwait(false) is not { } assignment) return await ownVariant().ConfigureAwait(false);
        if (FeatureOf(feature, assignment) is { } known)
        {
            FeatureTelemetry.Evaluated(feature, user!.UserId, known.On, assignment);
            return new Variant { Name = known.Name, Configuration = (assignment.Value ?? FeatureValue.None).Configuration };
        }

        if (assignment.Value is { } value)
        {
            FeatureTelemetry.Evaluated(feature, user!.UserId, value.IsOn, assignment);
            return new Variant { Name = assignment.Variant, Configuration = value.Configuration };
        }

        FeatureTelemetry.Evaluated(feature, user!.UserId, await ownIsOn().ConfigureAwait(false), assignment);
        return await ownVariant().ConfigureAwait(false)
            ?? new Variant { Name = assignment.Variant, Configuration = FeatureValue.None.Configuration };
    }

    /// <summary>The assignment, which exposes the user; null where nobody decides for him.</summary>
    private async ValueTask<Assignment<FeatureValue?>?> AssignAsync(string feature, ITargetingContext? user)
    {
        if (string.IsNullOrEmpty(user?.UserId)) return null;
        var known = WithGroups((user as IExperimentTargetingContext)?.Attributes ?? attributes?.Current, user, client.Snapshot.GroupsOf(feature));
        var assignment = await client.GetAssignmentAsync<FeatureValue?>(feature, user.UserId, known, null).ConfigureAwait(false);
        return assignment.Source == AssignmentSource.None ? null : assignment;
    }

    /// <summary>What the variant is called in the app's feature that the experiment took over; null where it is one of ours.</summary>
    private FeatureVariant? FeatureOf(string feature, Assignment<FeatureValue?> assignment) => client.Snapshot.ArmsOf(feature)
        .FirstOrDefault(arm => arm.Variant == assignment.Variant && arm.Experiment == assignment.Experiment && arm.BestPractice == assignment.BestPractice)
        ?.Feature;

    /// <summary>The attributes, and of the user's groups those that have a variant of their own.</summary>
    private static ExperimentContext? WithGroups(ExperimentContext? known, ITargetingContext user, IReadOnlyList<string> groups) =>
        groups.Count == 0 || user.Groups is null
            ? known
            : ExperimentContext.WithTrue(known, groups.Intersect(user.Groups, StringComparer.Ordinal).Select(FeatureAllocation.AttributeOf));
}
