using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;

namespace Experiments.Api.Results;

/// <summary>A look and what was written of it, shared by all its readers.</summary>
internal sealed class SharedLook
{
    private readonly ConcurrentDictionary<(string Language, string? Breakdown), Lazy<WrittenResults>> _written;

    public SharedLook(LookBasis basis, ExperimentLook look, DateTimeOffset asOf)
        : this(basis, look, asOf, new())
    {
    }

    private SharedLook(
        LookBasis basis, ExperimentLook look, DateTimeOffset asOf,
        ConcurrentDictionary<(string Language, string? Breakdown), Lazy<WrittenResults>> written)
    {
        (Basis, Look, AsOf, _written) = (basis, look, asOf, written);
    }

    public LookBasis Basis { get; }

    public ExperimentLook Look { get; }

    /// <summary>When it was last found to be so.</summary>
    public DateTimeOffset AsOf { get; }

    /// <summary>The same, found still to be so later.</summary>
    public SharedLook At(DateTimeOffset asOf) => new(Basis, Look, asOf, _written);

    /// <summary>The results in one language, built once. The breakdown is one that the experiment declares.</summary>
    public WrittenResults In(Language language, string? breakdown = null) => _written
        .GetOrAdd((language.Code, breakdown), _ => new(() => WrittenResults.Of(new ResultsBuilder(Look, language).Build(breakdown)))).Value;
}

/// <summary>Results in one language with the tag that changes when a figure or a word of them does.</summary>
/// <param name="View">The results.</param>
/// <param name="ETag">In quotes, as in the header.</param>
internal sealed record WrittenResults(ResultsView View, string ETag)
{
    // What changes the figures changes the tag; the mere passing of time does not.
    public static WrittenResults Of(ResultsView view)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(view with { AsOf = default }, ApiJson.Options);
        return new(view, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
    }
}
