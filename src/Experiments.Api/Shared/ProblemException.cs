namespace Experiments.Api.Shared;

/// <summary>A refusal that the caller can act on: thrown anywhere below an endpoint, answered as problem+json (RFC 9457).</summary>
internal sealed class ProblemException : Exception
{
    public ProblemException(int status, string code, string detail)
        : base(detail)
    {
        Status = status;
        Code = code;
    }

    public int Status { get; }

    /// <summary>Stable kebab-case name of the problem.</summary>
    public string Code { get; }

    /// <summary>Messages by JSON path (<c>variants[1].weight</c>).</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Value of the header <c>Retry-After</c>.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Further members of the problem, by name.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }
}
