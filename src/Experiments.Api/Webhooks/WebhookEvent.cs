using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Webhooks;

/// <summary>Something that happened, as webhooks are told.</summary>
/// <param name="Id">The same whoever makes the event, and when.</param>
/// <param name="Seq">Entry of the catalogue's log that it came from, or the newest entry then.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">What the type says.</param>
internal sealed record WebhookEvent(string Id, long Seq, string Type, DateTimeOffset At, object Data)
{
    /// <summary>The message: type, timestamp, data, as Standard Webhooks has them.</summary>
    public string Body() => JsonSerializer.Serialize(new Message(Type, At, Data), ApiJson.Options);

    private sealed record Message(string Type, DateTimeOffset Timestamp, object Data);
}

/// <summary>Types of events.</summary>
internal static class EventTypes
{
    public const string Promoted = "promoted";
    public const string Contested = "contested";
    public const string Demoted = "demoted";
    public const string Unhealthy = "unhealthy";
    public const string NeedsReview = "needsReview";

    /// <summary>Sent by the test route only.</summary>
    public const string Test = "test";

    public static readonly string[] All = [Promoted, Contested, Demoted, Unhealthy, NeedsReview];
}

/// <summary>Where the audit chain ended then: kept by a receiver, it shows a later truncation (docs/webhooks.md).</summary>
internal sealed record AuditHead(long Entries, string Head);

internal sealed record PromotedData(
    string Experiment, string? Variant, string BestPractice, string? Parameter, JsonElement? Value, string By, string Reason, JsonElement Evidence,
    AuditHead Audit);

internal sealed record PracticeData(string BestPractice, string Parameter, string State, string By, string Reason, AuditHead Audit);

/// <summary>Someone is asked: about a best practice whose evidence has aged or whose date of review has come, or about a promotion that waits.</summary>
internal sealed record ReviewData(string? BestPractice, string? Experiment, string? Variant, string By, string Reason, AuditHead Audit);

internal sealed record UnhealthyData(string Experiment, IReadOnlyList<string> Problems);

internal sealed record TestData(string Webhook);
