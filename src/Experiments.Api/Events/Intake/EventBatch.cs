namespace Experiments.Api.Events.Intake;

/// <summary>Body of <c>POST /v1/events</c>, as the description of the API shows it; the service reads it token by token.</summary>
internal sealed record EventBatch(IReadOnlyList<EventBatch.EventItem> Events)
{
    /// <summary>An exposure, a KPI event, or that another id is the same user's.</summary>
    internal sealed record EventItem
    {
        /// <summary>Unique id, at most 200 characters: an event with the same id and user counts once.</summary>
        public required string Id { get; init; }

        /// <summary><c>exposure</c>, <c>kpi</c> or <c>alias</c>.</summary>
        public required string Type { get; init; }

        /// <summary>The user, at most 512 characters; kept as a pseudonym only.</summary>
        public required string User { get; init; }

        /// <summary>Alias: the other id of the user, as <c>POST /v1/identities/aliases</c> takes it; beside it nothing but <c>id</c>, <c>user</c> and <c>at</c>.</summary>
        public string? Alias { get; init; }

        /// <summary>Exposure: key of the experiment.</summary>
        public string? Experiment { get; init; }

        /// <summary>Exposure: key of the best practice, in place of an experiment.</summary>
        public string? BestPractice { get; init; }

        /// <summary>Exposure: key of the variant; <c>practice</c> or <c>holdback</c> of a best practice.</summary>
        public string? Variant { get; init; }

        /// <summary>Exposure: epoch of the table that chose the variant, as the snapshot gave it; by default that of the time.</summary>
        public int? Epoch { get; init; }

        /// <summary>When it happened; now by default.</summary>
        public DateTimeOffset? At { get; init; }

        /// <summary>Exposure: attributes for the breakdowns of the results.</summary>
        public IReadOnlyDictionary<string, object>? Attributes { get; init; }

        /// <summary>KPI event: its name.</summary>
        public string? Event { get; init; }

        /// <summary>KPI event: its value, 1 by default.</summary>
        public double? Value { get; init; }

        public string? Channel { get; init; }

        /// <summary><c>before</c>, <c>during</c> or <c>after</c> the purchase.</summary>
        public string? Phase { get; init; }
    }
}
