namespace Experiments.Api.Demo;

/// <summary>The e-mail test that Kevin Hillstrom published in 2008 (MineThatData): 64,000 customers in three groups, and what they did
/// in the two weeks after. The counts are facts; who did what on which day is not known and is spread evenly here.</summary>
internal sealed class HillstromCampaign
{
    /// <param name="Variant">Key of the variant.</param>
    /// <param name="Customers">Customers in the group.</param>
    /// <param name="Visits">Customers who came to the site.</param>
    /// <param name="Purchases">Customers who bought; all of them came.</param>
    internal sealed record Group(string Variant, string Name, int Customers, int Visits, int Purchases);

    internal enum Outcome
    {
        Nothing,
        Visit,
        VisitAndPurchase,
    }

    public static readonly IReadOnlyList<Group> Groups =
    [
        new("none", "No E-Mail", 21_306, 2_262, 122),
        new("mens", "Mens E-Mail", 21_307, 3_894, 267),
        new("womens", "Womens E-Mail", 21_387, 3_238, 189),
    ];

    private readonly Dictionary<string, Queue<Outcome>> _left;

    /// <param name="seed">Order in which the outcomes of a group come.</param>
    public HillstromCampaign(int seed) => _left = Groups.ToDictionary(g => g.Variant, g => new Queue<Outcome>(Shuffled(g, new Random(seed))));

    public static int Customers => Groups.Sum(g => g.Customers);

    /// <summary>The next customer's outcome of a group, or null when all its customers have come.</summary>
    public Outcome? Next(string variant) => _left.TryGetValue(variant, out var left) && left.TryDequeue(out var outcome) ? outcome : null;

    private static Outcome[] Shuffled(Group group, Random random)
    {
        var outcomes = new Outcome[group.Customers];
        Array.Fill(outcomes, Outcome.Visit, 0, group.Visits);
        Array.Fill(outcomes, Outcome.VisitAndPurchase, 0, group.Purchases);
        random.Shuffle(outcomes);
        return outcomes;
    }
}
