using System.ComponentModel.DataAnnotations;

namespace Experiments.Api.Access;

/// <summary>Who comes in, and for how long; section <c>Experiments:Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string Section = "Experiments:Access";

    /// <summary>Hours that a sign-in to the pages lasts, 0.25 to 720. Default 12.</summary>
    [Range(0.25, 720)]
    public double SessionHours { get; set; } = 12;

    /// <summary>Origins (<c>https://shop.example</c>) whose pages may ask for assignments and flags and send events. Default none: no CORS.</summary>
    public string[] Origins { get; set; } = [];
}
