using System.ComponentModel.DataAnnotations;

namespace Experiments.Api.Webhooks;

/// <summary>Where messages may go, and how patiently; section <c>Experiments:Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    public const string Section = "Experiments:Webhooks";

    /// <summary>Accept private, loopback and link-local addresses, and http. Default false: such an address is how a service is made to ask inside its own network.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Seconds between two looks for something to send, 0.05 to 60. Default 1.</summary>
    [Range(0.05, 60)]
    public double IntervalSeconds { get; set; } = 1;

    /// <summary>Seconds that a receiver may take to answer, 1 to 60. Default 10.</summary>
    [Range(1, 60)]
    public double TimeoutSeconds { get; set; } = 10;
}
