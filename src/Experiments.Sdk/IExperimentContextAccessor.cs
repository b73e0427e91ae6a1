namespace Experiments.Sdk;

/// <summary>Gives the context of the request at hand to the calls that are given none. Register one as a singleton; without, those calls
/// know nothing of the user.</summary>
/// <remarks>It is asked on each such call, by many threads at once: it should be quick and find the request itself, for instance through
/// <c>IHttpContextAccessor</c> or an <see cref="AsyncLocal{T}"/>. If it throws, the call goes on without a context.</remarks>
public interface IExperimentContextAccessor
{
    /// <summary>The context of the request at hand, or null when there is none.</summary>
    ExperimentContext? Current { get; }
}
