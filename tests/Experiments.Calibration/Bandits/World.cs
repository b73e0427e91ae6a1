namespace Experiments.Calibration.Bandits;

/// <summary>Arms with known rates that a bandit is let loose on, window by window; arm 0 is the control.</summary>
/// <param name="Rates">Conversion rate by arm.</param>
internal sealed record World(double[] Rates)
{
    /// <summary>New users of a window.</summary>
    internal int Users { get; init; } = 1000;

    internal int Windows { get; init; } = 60;

    /// <summary>What all rates are multiplied by in a window, from 0.</summary>
    internal Func<int, double> Season { get; init; } = _ => 1;

    /// <summary>Share of the conversions of a cohort that have come by the end of its 1st, 2nd... window; the last is 1.</summary>
    internal double[] Arrived { get; init; } = [1];

    internal int Arms => Rates.Length;

    internal int Best => Array.IndexOf(Rates, Rates.Max());

    internal double Rate(int arm, int window) => Rates[arm] * Season(window);

    /// <summary>What a window's users lose against all of them seeing the best arm.</summary>
    internal double Regret(ReadOnlySpan<int> users, int window)
    {
        var regret = 0.0;
        for (var k = 0; k < users.Length; k++)
        {
            regret += users[k] * (Rate(Best, window) - Rate(k, window));
        }

        return regret;
    }

    internal string Name => string.Join(" ", Rates.Select(r => Report.Text.Of($"{100 * r:0.##}"))) + " %";
}

/// <summary>What one run came to.</summary>
/// <param name="Regret">Conversions lost against the best arm, all windows.</param>
/// <param name="PromotedAt">Window of the promotion, from 1; 0 for none.</param>
/// <param name="Promoted">Arm promoted; -1 for none.</param>
/// <param name="Excluded">Whether the 95 % sequence of arm 1 ever excluded the truth.</param>
/// <param name="BestShare">Share of users on the best arm by window.</param>
internal sealed record Outcome(double Regret, int PromotedAt, int Promoted, bool Excluded, double[] BestShare)
{
    internal double LateBestShare => BestShare.TakeLast(10).Average();
}
