using System.Text;
using Experiments.Api.Store;
using Experiments.Sdk.Arms;

namespace Experiments.Api.Assignments;

/// <summary>First arms of bandits' users in the service's own store; on Redis where SDKs beside it keep them too.</summary>
internal sealed class StoreArmStore(IStore store) : IArmStore
{
    public async Task<KeptArm> KeepAsync(string experiment, string user, KeptArm proposed, CancellationToken cancellationToken)
    {
        var value = await store.SetFieldIfAbsentAsync(
            ArmKeys.ShardOf(user), ArmKeys.HashOf(experiment), ArmKeys.FieldOf(user), Encoding.UTF8.GetBytes(proposed.Format()), cancellationToken);
        return KeptArm.TryParse(Encoding.UTF8.GetString(value.Span), out var kept)
            ? kept
            : throw new ArmStoreUnavailableException("the stored value is no arm");
    }

    /// <summary>Forgets the arms that were kept for a user under this id: who asks next is the first.</summary>
    public async Task ForgetAsync(IEnumerable<string> experiments, string user, CancellationToken cancellationToken)
    {
        foreach (var experiment in experiments)
        {
            await store.RemoveFieldAsync(ArmKeys.ShardOf(user), ArmKeys.HashOf(experiment), ArmKeys.FieldOf(user), cancellationToken);
        }
    }
}
