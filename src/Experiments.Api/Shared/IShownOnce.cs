namespace Experiments.Api.Shared;

/// <summary>An answer with a secret that is shown once: what is kept to answer a repeated request is the rest.</summary>
internal interface IShownOnce
{
    object WithoutSecret();
}
