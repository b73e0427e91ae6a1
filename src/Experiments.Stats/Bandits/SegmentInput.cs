namespace Experiments.Stats.Bandits;

/// <summary>One segment of a personalised bandit.</summary>
/// <param name="Buckets">Table in force for the segment: its own, or the overall one that it is still served.</param>
/// <param name="Rows">Epoch table of the segment's users, in any order.</param>
public sealed record SegmentInput(IReadOnlyList<int> Buckets, IReadOnlyList<EpochRow> Rows);

/// <summary>What a step gives one segment.</summary>
/// <param name="HasOwnTable">False: too small yet, the overall table is served.</param>
/// <param name="Buckets">Buckets by arm, 10,000 in all.</param>
/// <param name="ProbabilityBest">P(best) by arm inside the segment, 0 for arms left out; null while nothing is known.</param>
public sealed record SegmentUpdate(bool HasOwnTable, IReadOnlyList<int> Buckets, IReadOnlyList<double>? ProbabilityBest);

/// <summary>What one step of a personalised bandit gives.</summary>
/// <param name="Overall">The best single table: for the champion's share and for small segments.</param>
/// <param name="Segments">One update per segment, in the order given.</param>
public sealed record SegmentedUpdate(BanditUpdate Overall, IReadOnlyList<SegmentUpdate> Segments);
