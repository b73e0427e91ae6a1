using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Events;

/// <summary>An event on its way to the service: an exposure (with an arm), a KPI event (with a name), or an alias.</summary>
internal sealed class OutboxEvent
{
    public required Guid Id { get; init; }

    /// <summary>Id given by the app, in place of <see cref="Id"/>.</summary>
    public string? AppId { get; init; }

    public required string User { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What the user was exposed to; null for a KPI event.</summary>
    public ServedArm? Arm { get; init; }

    /// <summary>Values of the arm's breakdowns, in their order; null when none is known.</summary>
    public AttributeValue[]? Breakdowns { get; init; }

    /// <summary>Another id of the user.</summary>
    public string? Alias { get; init; }

    /// <summary>Name of a KPI event.</summary>
    public string? Name { get; init; }

    public double Value { get; init; }

    public string? Channel { get; init; }

    public string? Phase { get; init; }
}
