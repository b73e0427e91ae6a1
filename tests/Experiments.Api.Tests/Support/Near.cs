namespace Experiments.Api.Tests.Support;

/// <summary>Comparisons with a stated tolerance that name what differs.</summary>
internal static class Near
{
    public static void Relative(string what, double expected, double actual, double tolerance) => Assert.True(
        Math.Abs(actual - expected) <= tolerance * Math.Abs(expected), $"{what}: expected {expected:R}, was {actual:R}");

    public static void Absolute(string what, double expected, double actual, double tolerance) => Assert.True(
        Math.Abs(actual - expected) <= tolerance, $"{what}: expected {expected:R}, was {actual:R}");
}
