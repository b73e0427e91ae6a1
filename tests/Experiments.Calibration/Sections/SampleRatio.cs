using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Quality;

namespace Experiments.Calibration.Sections;

/// <summary>The alarm on the ratio of users, looked at after every single user.</summary>
internal sealed class SampleRatio : ISection
{
    private const int Right = 100_000;
    private const int Wrong = 30_000;

    public string Name => "sample-ratio";

    public int Batches => 2;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var right = runner.Run("srm right", scale.SampleRatio, random => FirstAlarm(random, 0.5, Right));
        var wrong = runner.Run("srm wrong", scale.SampleRatio, random => FirstAlarm(random, 0.52, Wrong));
        var (alarms, found) = (Figure.Share(right, r => r > 0), Figure.Share(wrong, r => r > 0));
        var users = Figure.Mean(Array.FindAll(wrong, r => r > 0), r => r);
        var chapter = new Chapter("Sample ratio mismatch")
        {
            Setting = Text.Of($"Planned 50/50, a look after every user; {scale.SampleRatio:N0} runs of {Right:N0} users under the right ratio, as many of {Wrong:N0} under 52/48. Looks at which Pearson's statistic is under ln 1000 are skipped: it bounds the log likelihood ratio, so no mixture can reach 1000 there."),
            Says = Text.Of($"{1000 * alarms.Value:F2} false alarms in 1,000 tests of {Right:N0} users; 52/48 is found before {Wrong:N0} users in {100 * found.Value:F1} %, after {users.Value:N0} users on average."),
        };
        chapter.Tables.Add(new Table("", ["true ratio", "users looked at", "alarms, %"],
        [
            ["50/50", Text.Of($"{Right:N0}"), Two(alarms)], ["52/48", Text.Of($"{Wrong:N0}"), Two(found)],
        ]));
        chapter.Checks.Add(new Check(
            "false alarms", alarms.Value, alarms.StandardError, 0,
            scale == Scale.Full ? 0.002 : 0.001 + (3 * Figure.Band(0.001, scale.SampleRatio))));
        chapter.Checks.Add(new Check("52/48 found", found.Value, found.StandardError, 0.9, 1));
        return chapter;
    }

    private static string Two(Figure share) => Text.Of($"{100 * share.Value:F2} ± {100 * share.StandardError:F2}");

    private static int FirstAlarm(Generator random, double share, int users)
    {
        var counts = new double[2];
        AllocationEpoch[] epochs = [new(new[] { 0.5, 0.5 }, counts)];
        for (var user = 1; user <= users; user++)
        {
            counts[random.Uniform() < share ? 0 : 1]++;
            var excess = counts[0] - counts[1];
            if (excess * excess >= user * 6.9 && SampleRatioMismatch.Check(epochs).Alarm)
            {
                return user;
            }
        }

        return 0;
    }
}
