using Experiments.Api.Catalog;

namespace Experiments.Api.Knowledge;

/// <summary>What of the past is asked for; every member left out takes all.</summary>
internal sealed record KnowledgeFilter(
    string? Q, string? Author, string? Market, string? Channel, string? Phase, string? Pillar, string? Kpi)
{
    public bool Holds(Hypothesis hypothesis) =>
        Is(Author, hypothesis.Author) && Is(Market, hypothesis.Market) && Is(Channel, hypothesis.Channel)
        && Is(Phase, hypothesis.Phase) && Is(Pillar, hypothesis.Pillar) && Is(Kpi, hypothesis.Expect.Kpi)
        && (string.IsNullOrWhiteSpace(Q) || Words(Q).All(word => Texts(hypothesis).Any(t => t?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)));

    private static bool Is(string? wanted, string? actual) => wanted is null || string.Equals(wanted, actual, StringComparison.OrdinalIgnoreCase);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string?> Texts(Hypothesis h) =>
        [h.Key, h.Because, h.Change, h.Audience, h.Author, h.Market, h.Channel, h.Pillar, h.Expect.Kpi];
}
