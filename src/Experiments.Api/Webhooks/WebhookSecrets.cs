using System.Security.Cryptography;
using System.Text;
using Experiments.Api.Catalog;
using Experiments.Api.Store;

namespace Experiments.Api.Webhooks;

/// <summary>Secrets of webhooks, derived (HKDF-SHA256) from one that the store was given at its first need: none is written down, and a rotation is a number.</summary>
internal sealed class WebhookSecrets(IStore store)
{
    private const string Shard = "webhook-secrets";
    private const string Key = "master";
    private const int Length = 32;

    private byte[]? _master;

    /// <summary>The secret, as receivers keep it: <c>whsec_</c> and 32 bytes in base 64.</summary>
    public async ValueTask<string> OfAsync(Webhook webhook, int number, CancellationToken cancellationToken)
    {
        // Two processes that meet for the first time keep the same: the first writer's.
        _master ??= (await store.SetIfAbsentAsync(Shard, Key, RandomNumberGenerator.GetBytes(Length), cancellationToken)).ToArray();
        var info = Encoding.UTF8.GetBytes($"{webhook.Key}\n{webhook.Salt}\n{number}");
        return "whsec_" + Convert.ToBase64String(HKDF.DeriveKey(HashAlgorithmName.SHA256, _master, Length, salt: null, info));
    }

    /// <summary>The secrets that messages are signed with now: the newest, and for a while the one before.</summary>
    public async ValueTask<IReadOnlyList<string>> HeldAsync(Webhook webhook, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var newest = await OfAsync(webhook, webhook.SecretNumber, cancellationToken);
        return now < webhook.OldSecretUntil ? [newest, await OfAsync(webhook, webhook.SecretNumber - 1, cancellationToken)] : [newest];
    }
}
