namespace Experiments.Api.Events.Intake;

/// <summary>One event as its sender wrote it, or why it cannot be read.</summary>
internal sealed class ParsedEvent
{
    public string? Id { get; set; }
    public string? Type { get; set; }
    public string? User { get; set; }
    public string? Alias { get; set; }
    public string? Experiment { get; set; }
    public string? BestPractice { get; set; }
    public string? Variant { get; set; }
    public int? Epoch { get; set; }
    public DateTimeOffset? At { get; set; }
    public Dictionary<string, string>? Attributes { get; set; }
    public string? Event { get; set; }
    public double? Value { get; set; }
    public string? Channel { get; set; }
    public string? Phase { get; set; }

    /// <summary>First thing wrong with it, if any.</summary>
    public EventProblem? Problem { get; private set; }

    public void Reject(string code, string detail) => Problem ??= new EventProblem(code, detail);
}

/// <summary>Why an event was not taken: a stable code and what would be right.</summary>
internal sealed record EventProblem(string Code, string Detail);
