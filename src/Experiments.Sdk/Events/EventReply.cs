using System.Net;
using System.Text.Json;

namespace Experiments.Sdk.Events;

/// <summary>What the service said of a batch.</summary>
/// <param name="Outcome">What becomes of the batch.</param>
/// <param name="Rejected">Events that the service refused, by code; for <see cref="EventOutcome.Refused"/>, the code of all.</param>
/// <param name="Problem">What went wrong, for the log.</param>
/// <param name="RetryAfter">How long the service asks to wait.</param>
internal sealed record EventReply(
    EventOutcome Outcome, IReadOnlyList<RejectedEvents> Rejected, string Problem = "", TimeSpan? RetryAfter = null)
{
    /// <summary>Names the life of the service's store; null where the service does not tell it.</summary>
    public string? StoreEpoch { get; init; }

    public static EventReply Unanswered(string problem) => new(EventOutcome.Retry, [], problem);

    public static async Task<EventReply> ReadAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var answer = Parse(body);
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            // A page of a proxy that answers 200 to everything is no receipt: the ids make it safe to send again.
            return answer is { ValueKind: JsonValueKind.Object } receipt && receipt.TryGetProperty("accepted", out _)
                ? new(EventOutcome.Accepted, RejectedIn(receipt)) { StoreEpoch = Epoch(receipt) }
                : Unanswered($"{status} without a receipt");
        }

        if (status is < 400 or >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
        {
            return new(EventOutcome.Retry, [], $"status {status}", RetryDelay.Asked(response.Headers.RetryAfter, now));
        }

        if (response.StatusCode == HttpStatusCode.RequestEntityTooLarge) return new(EventOutcome.TooLarge, [], "status 413");
        var rejected = answer is { } problem ? RejectedIn(problem) : [];
        return new(EventOutcome.Refused, rejected.Count > 0 ? rejected : [new(Text(answer, "code") ?? $"status-{status}", Text(answer, "detail") ?? "", 1)]);
    }

    private static string? Epoch(JsonElement receipt) =>
        receipt.TryGetProperty("storeEpoch", out var epoch) && epoch.ValueKind is JsonValueKind.String or JsonValueKind.Number ? epoch.ToString() : null;

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<RejectedEvents> RejectedIn(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("rejected", out var rejected) && rejected.ValueKind == JsonValueKind.Array
            ? [.. rejected.EnumerateArray()
                .GroupBy(item => Text(item, "code") ?? "unknown", StringComparer.Ordinal)
                .Select(group => new RejectedEvents(group.Key, Text(group.First(), "detail") ?? "", group.Count()))]
            : [];

    private static string? Text(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>Events refused for one reason.</summary>
/// <param name="Code">The service's stable code.</param>
/// <param name="Detail">Its words on the first of them.</param>
/// <param name="Count">How many.</param>
internal sealed record RejectedEvents(string Code, string Detail, int Count);
