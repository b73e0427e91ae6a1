namespace Experiments.Calibration.Sections;

/// <summary>How many runs each kind of figure gets.</summary>
/// <param name="Name">Form of the program.</param>
/// <param name="Null">Runs without any effect.</param>
/// <param name="Power">Runs with an effect.</param>
/// <param name="Coverage">Runs for coverage of intervals.</param>
/// <param name="CoverageLooks">Looks of each of them.</param>
/// <param name="SampleRatio">Runs of the sample-ratio check.</param>
/// <param name="LooksPerHorizon">Looks without effect until the planned horizon; as many again after it.</param>
/// <param name="Bandit">Runs of a bandit or of a best practice.</param>
/// <param name="BanditNull">Runs of a bandit whose arms are alike, and for coverage.</param>
/// <param name="Competitors">Runs of each policy of the literature.</param>
internal sealed record Scale(
    string Name, int Null, int Power, int Coverage, int CoverageLooks, int SampleRatio, int LooksPerHorizon,
    int Bandit, int BanditNull, int Competitors)
{
    /// <summary>The form whose figures stand in docs/calibration.md.</summary>
    internal static Scale Full { get; } = new("full", 2000, 10_000, 2000, 100, 10_000, 500, 2000, 4000, 400);

    /// <summary>A minute.</summary>
    internal static Scale Quick { get; } = new("quick", 400, 1000, 100, 40, 1000, 250, 200, 400, 10);

    /// <summary>What the tests run.</summary>
    internal static Scale Short { get; } = new("short", 200, 300, 40, 24, 200, 100, 50, 50, 1);

    /// <summary>Most wrong decisions: 5 % and one point at the full form's 2,000 runs, three standard errors below that.</summary>
    internal static double MostWrong(int runs) => 0.05 + (runs >= Full.Null ? 0.01 : 3 * Report.Figure.Band(0.05, runs));

    /// <summary>A tolerance, widened by three standard errors in the shorter forms.</summary>
    internal double Widened(double tolerance, double standardError) => tolerance + (this == Full ? 0 : 3 * standardError);
}
