using System.Globalization;
using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests.Assignment;

/// <summary>tests/vectors/assignment.json, made by another implementation: exact, so that any language may be held to it.</summary>
public sealed class AssignmentVectorTests
{
    private static readonly VectorFile File = Vectors.Read<VectorFile>("assignment.json");

    [Fact]
    public void Hash_GoldenVectors_MatchExactly()
    {
        Span<byte> buffer = stackalloc byte[UserHasher.BufferSize];
        Assert.NotEmpty(File.Hashes);
        foreach (var vector in File.Hashes)
        {
            Assert.True(UserHasher.TryCreate(vector.User, buffer, out var hasher));
            var hash = hasher.Hash(UserHasher.Salt(vector.Salt));

            Assert.Equal(vector.Hash64, hash.ToString("x16", CultureInfo.InvariantCulture));
            Assert.Equal(vector.Bucket, UserHasher.Bucket(hash));
        }
    }

    [Fact]
    public void Evaluate_GoldenVectors_MatchExactly()
    {
        var evaluator = SnapshotEvaluator.Compile(File.Snapshot);
        Assert.Empty(evaluator.Skipped);
        Assert.NotEmpty(File.Assignments);
        foreach (var vector in File.Assignments)
        {
            var actual = evaluator.Evaluate(vector.Parameter, vector.User, ExperimentContext.FromJson(vector.Attributes));

            Assert.Equal(vector.Expected.Source, JsonNamingPolicy.CamelCase.ConvertName(actual.Source.ToString()));
            Assert.Equal(vector.Expected.Reason, JsonNamingPolicy.CamelCase.ConvertName(actual.Reason.ToString()));
            Assert.Equal(vector.Expected.Experiment, actual.Experiment);
            Assert.Equal(vector.Expected.BestPractice, actual.BestPractice);
            Assert.Equal(vector.Expected.Variant, actual.Variant);
            Assert.Equal(vector.Expected.Propensity ?? 0, actual.Propensity ?? 0);
            Assert.Equal(vector.Expected.Epoch ?? 0, actual.Epoch);
            Assert.Equal(vector.Expected.Value?.GetRawText() ?? "null", actual.Value?.GetRawText() ?? "null");
        }
    }

    [Fact]
    public void TryCreate_InvalidUsers_AreRefused()
    {
        var invalid = File.InvalidUsers.Append(null).Append("lone \ud800 surrogate").Append("\udc00").Append("é\u0001");
        Assert.All(invalid, user => Assert.False(UserHasher.IsValid(user)));
    }

    internal sealed record VectorFile(
        IReadOnlyList<HashVector> Hashes, IReadOnlyList<string> InvalidUsers, Snapshot Snapshot, IReadOnlyList<AssignmentVector> Assignments);

    internal sealed record HashVector(string Salt, string User, string Hash64, int Bucket);

    internal sealed record AssignmentVector(string Parameter, string User, JsonElement Attributes, Expected Expected);

    internal sealed record Expected(
        string Source, string Reason, string? Experiment, string? Variant, string? BestPractice, double? Propensity, int? Epoch, JsonElement? Value);
}
