using System.ComponentModel.DataAnnotations;

namespace Experiments.Api.Promotion;

/// <summary>How often the decider looks; section <c>Experiments:Decider</c>.</summary>
internal sealed class DeciderOptions
{
    public const string Section = "Experiments:Decider";

    /// <summary>Seconds between two rounds over the running experiments, 0.05 to 60. Default 1.</summary>
    [Range(0.05, 60)]
    public double IntervalSeconds { get; set; } = 1;
}
