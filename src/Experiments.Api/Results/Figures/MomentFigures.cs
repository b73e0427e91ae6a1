using Experiments.Api.Events.Ledger;
using Experiments.Stats;

namespace Experiments.Api.Results.Figures;

/// <summary>Sums as the ledger keeps them, turned into the types of the statistics.</summary>
internal static class MomentFigures
{
    public static ProportionCounts ToCounts(this MomentCell cell) => new(cell.Users, cell.Conversions);

    public static MeanMoments ToMoments(this MomentCell cell) => cell.Users <= 0
        ? default
        : new MeanMoments(
            cell.Users, cell.Sum.Value / cell.Users, Math.Max(0, Centred(cell.SumOfSquares, cell.Sum, cell.Sum, cell.Users)));

    /// <summary>y is the KPI's value, x its denominator or covariate.</summary>
    public static BivariateMoments ToBivariate(this MomentCell cell) => cell.Users <= 0
        ? default
        : new BivariateMoments(
            cell.Users,
            cell.Sum.Value / cell.Users,
            cell.Second.Value / cell.Users,
            Math.Max(0, Centred(cell.SumOfSquares, cell.Sum, cell.Sum, cell.Users)),
            Math.Max(0, Centred(cell.SecondSquares, cell.Second, cell.Second, cell.Users)),
            Centred(cell.Products, cell.Sum, cell.Second, cell.Users));

    // Σab − Σa·Σb/n in double-double: the plain form loses every digit when values are large next to their spread.
    private static double Centred(ExactSum products, ExactSum a, ExactSum b, long users)
    {
        var mean = a.Value / users;
        var rest = (Math.FusedMultiplyAdd(-mean, users, a.High) + a.Low) / users;
        return products
            .AddProduct(mean, b.High, -1)
            .AddProduct(mean, b.Low, -1)
            .AddProduct(rest, b.High, -1)
            .Value;
    }
}
