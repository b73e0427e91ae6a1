namespace Experiments.Api.Events.Ledger;

/// <summary>Sums over users of one variant for one KPI. Cells add up, and what was added can be taken away again.</summary>
/// <param name="Users">n.</param>
/// <param name="Conversions">Users whose x is not 0.</param>
/// <param name="Sum">Σx.</param>
/// <param name="SumOfSquares">Σx².</param>
/// <param name="Second">Σd: denominator or covariate.</param>
/// <param name="SecondSquares">Σd².</param>
/// <param name="Products">Σxd.</param>
internal readonly record struct MomentCell(
    long Users, long Conversions, ExactSum Sum, ExactSum SumOfSquares, ExactSum Second, ExactSum SecondSquares, ExactSum Products)
{
    public bool IsZero => this == default;

    /// <summary>Adds a user (sign +1) or takes one away (sign −1).</summary>
    public MomentCell Add(KpiContribution user, int sign)
    {
        var plain = new MomentCell(
            Users + sign,
            Conversions + (user.Value != 0 ? sign : 0),
            Sum.Add(sign * user.Value),
            SumOfSquares.AddProduct(user.Value, user.Value, sign),
            Second,
            SecondSquares,
            Products);
        return user.Second == 0 ? plain : plain with
        {
            Second = Second.Add(sign * user.Second),
            SecondSquares = SecondSquares.AddProduct(user.Second, user.Second, sign),
            Products = Products.AddProduct(user.Value, user.Second, sign),
        };
    }

    public static MomentCell operator +(MomentCell a, MomentCell b) => new(
        a.Users + b.Users,
        a.Conversions + b.Conversions,
        a.Sum + b.Sum,
        a.SumOfSquares + b.SumOfSquares,
        a.Second + b.Second,
        a.SecondSquares + b.SecondSquares,
        a.Products + b.Products);
}
