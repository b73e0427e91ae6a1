using System.Text.Json;
using Experiments.Api.Catalog;

namespace Experiments.Api.Experiments;

/// <summary>A promotion that waited, or waits, for the word of a second person.</summary>
/// <param name="State"><c>pending</c>, <c>approved</c> or <c>rejected</c>.</param>
internal sealed record ProposalView(
    string Variant, string By, DateTimeOffset At, string Reason, JsonElement Evidence, string State, string? AnsweredBy,
    DateTimeOffset? AnsweredAt, string? Answer)
{
    public static ProposalView From(Proposal p) =>
        new(p.Variant, p.By, p.At, p.Reason, p.Evidence, p.State, p.AnsweredBy, p.AnsweredAt, p.Answer);
}
