namespace Experiments.Stats.Bandits;

/// <summary>The effects that the split process bets on: 16 log ratios from 2 % to a factor e, and their weights.</summary>
/// <remarks>x_j = 0.02 50^(j/15); q = half of each of two laws proportional to x exp(-x^2/(2 tau^2)), tau = 0.1 and 0.3. Frozen: nothing of
/// the data may enter.</remarks>
internal static class SplitGrid
{
    internal const int Size = 16;

    internal static readonly double[] Effects = [.. Enumerable.Range(0, Size).Select(j => 0.02 * Math.Pow(50, j / 15.0))];
    internal static readonly double[] Weights = Mix(0.1, 0.3);
    internal static readonly double[] LogWeights = Array.ConvertAll(Weights, Math.Log);

    private static double[] Mix(double narrow, double wide)
    {
        var (a, b) = (Law(narrow), Law(wide));
        return [.. a.Zip(b, (x, y) => (0.5 * x) + (0.5 * y))];

        static double[] Law(double tau)
        {
            var terms = Array.ConvertAll(Effects, x => x * Math.Exp(-x * x / (2 * tau * tau)));
            var sum = terms.Sum();
            return Array.ConvertAll(terms, t => t / sum);
        }
    }
}
