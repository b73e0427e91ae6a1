using System.Text.Json.Serialization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Webhooks;

/// <summary>A webhook as it is answered.</summary>
internal sealed record WebhookView(
    string Key, string? Name, string Url, IReadOnlyList<string> Events, bool Enabled, string? DisabledReason, long Version, bool Archived,
    DateTimeOffset CreatedAt, DateTimeOffset? OldSecretUntil) : IVersioned, IShownOnce
{
    /// <summary>What its messages are signed with: shown once, when it is made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    public static WebhookView From(Webhook w) => new(
        w.Key, w.Name, w.Url, w.Events, w.Enabled, w.DisabledReason, w.Version, w.Archived, w.CreatedAt, w.OldSecretUntil);

    public object WithoutSecret() => this with { Secret = null };
}

/// <summary>A message to a webhook, and what came of it.</summary>
/// <param name="Id">Header <c>webhook-id</c> of every attempt.</param>
/// <param name="Type">Type of the event.</param>
/// <param name="State"><c>pending</c>, <c>delivered</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="NextAt">When it is sent next; null when it is done with.</param>
/// <param name="Attempts">Oldest first.</param>
/// <param name="Body">The message.</param>
internal sealed record DeliveryView(
    string Id, string Type, string State, DateTimeOffset CreatedAt, DateTimeOffset? NextAt, IReadOnlyList<Attempt> Attempts, string Body)
{
    public static DeliveryView From(Delivery d) => new(d.Id, d.Type, d.State, d.CreatedAt, d.NextAt, d.Attempts, d.Body);
}
