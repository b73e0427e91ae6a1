using System.Globalization;

namespace Experiments.Sdk.Arms;

/// <summary>The arm that a bandit's user met first, and the table that chose it.</summary>
/// <param name="Variant">Key of the variant.</param>
/// <param name="Epoch">Epoch of the table.</param>
/// <param name="Buckets">Buckets of 10,000 that the table gave the variant: the propensity.</param>
internal readonly record struct KeptArm(string Variant, int Epoch, int Buckets)
{
    /// <summary>As stores keep it: <c>epoch buckets variant</c>.</summary>
    public string Format() => string.Create(CultureInfo.InvariantCulture, $"{Epoch} {Buckets} {Variant}");

    /// <summary>False when the text is none of <see cref="Format"/>.</summary>
    public static bool TryParse(string? text, out KeptArm arm)
    {
        arm = default;
        if (text?.Split(' ', 3) is not [var epoch, var buckets, { Length: > 0 } variant]
            || !int.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !int.TryParse(buckets, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > Assignment.BucketTable.Size)
        {
            return false;
        }

        arm = new KeptArm(variant, id, count);
        return true;
    }
}
