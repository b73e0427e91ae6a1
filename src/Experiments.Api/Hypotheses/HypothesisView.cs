using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Hypotheses;

/// <summary>A hypothesis as it is answered.</summary>
internal sealed record HypothesisView(
    string Key,
    string Because,
    string Change,
    string Audience,
    ExpectationView Expect,
    string? Author,
    string? Market,
    string? Channel,
    string? Phase,
    string? Pillar,
    long Version,
    bool Archived,
    DateTimeOffset CreatedAt) : IVersioned
{
    public static HypothesisView From(Hypothesis h) => new(
        h.Key, h.Because, h.Change, h.Audience, new ExpectationView(h.Expect.Kpi, h.Expect.Direction, h.Expect.Lift, h.Expect.Confidence),
        h.Author, h.Market, h.Channel, h.Phase, h.Pillar, h.Version, h.Archived, h.CreatedAt);
}

/// <summary>What the author expects; lift is a fraction (0.05 is +5 %), confidence a probability.</summary>
internal sealed record ExpectationView(string Kpi, string Direction, double Lift, double Confidence);
