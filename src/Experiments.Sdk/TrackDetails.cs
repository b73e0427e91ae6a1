namespace Experiments.Sdk;

/// <summary>What else may be said of a tracked event; whatever is left out is filled in.</summary>
public sealed record TrackDetails
{
    /// <summary>Id of the event, at most 200 characters: the service counts an id once, so give one where your own data has it
    /// (an order's number) to make a second report of the same event harmless. Default: a new one.</summary>
    public string? Id { get; init; }

    /// <summary>When it happened. Default: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Channel where it happened (<c>web</c>, <c>email</c>, <c>store</c>…). Default: that of the context, if any.</summary>
    public string? Channel { get; init; }

    /// <summary>Phase of the journey: <c>before</c>, <c>during</c> or <c>after</c> the purchase. Default: that of the context, if any.</summary>
    public string? Phase { get; init; }
}
