using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;

namespace Experiments.Calibration.Sections;

/// <summary>One chapter of the report.</summary>
internal interface ISection
{
    /// <summary>Name for `--only`.</summary>
    string Name { get; }

    /// <summary>How many times it calls the runner: for the progress bar.</summary>
    int Batches { get; }

    Chapter Measure(Scale scale, Runner runner);
}

internal static class AllSections
{
    internal static IReadOnlyList<ISection> List { get; } =
    [
        new FalsePositives(), new MovingSeason(), new RevenueFalsePositives(), new SeveralTreatments(),
        new Peeking(), new Power(), new EffectCurve(), new Coverage(), new SampleRatio(),
        new BanditRegret(), new BanditNull(), new BanditRevenue(), new BanditDelayAndSeason(), new SignFlip(), new HoldbackLife(),
    ];
}
