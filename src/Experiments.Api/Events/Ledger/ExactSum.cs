namespace Experiments.Api.Events.Ledger;

/// <summary>A running sum of doubles that keeps the rounding error: about 32 digits, so order of arrival does not show.</summary>
/// <remarks>Double-double arithmetic: Dekker (1971), "A floating-point technique for extending the available precision",
/// Numerische Mathematik 18; products by fused multiply-add. Exact while all terms are integers below 2^53.</remarks>
internal readonly record struct ExactSum(double High, double Low)
{
    public double Value => High + Low;

    public bool IsZero => High == 0 && Low == 0;

    public ExactSum Add(double term)
    {
        var (sum, error) = TwoSum(High, term);
        return Normalise(sum, error + Low);
    }

    /// <summary>Adds <c>sign · x · y</c>, the product's own rounding error included.</summary>
    public ExactSum AddProduct(double x, double y, int sign)
    {
        var product = x * y;
        var remainder = Math.FusedMultiplyAdd(x, y, -product);
        return Add(sign * product).Add(sign * remainder);
    }

    public static ExactSum operator +(ExactSum left, ExactSum right) => left.Add(right.High).Add(right.Low);

    private static ExactSum Normalise(double high, double low)
    {
        var (sum, error) = TwoSum(high, low);
        return new ExactSum(sum, error);
    }

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var sum = a + b;
        var bRounded = sum - a;
        return (sum, (a - (sum - bRounded)) + (b - bRounded));
    }
}
