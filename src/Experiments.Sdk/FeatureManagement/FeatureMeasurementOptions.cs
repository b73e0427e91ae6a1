namespace Experiments.Sdk.FeatureManagement;

/// <summary>Which experiment measures a feature.</summary>
/// <param name="ExperimentOf">Key of the experiment by the feature's name; null leaves the feature alone.</param>
internal sealed record FeatureMeasurementOptions(Func<string, string?> ExperimentOf)
{
    /// <summary>A name as a key: lower case, and <c>-</c> for what a key may not have.</summary>
    public static string KeyOf(string name) => string.Create(name.Length, name, static (key, text) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            var unit = char.ToLowerInvariant(text[i]);
            key[i] = char.IsAsciiLetterLower(unit) || char.IsAsciiDigit(unit) || unit is '.' or '_' ? unit : '-';
        }
    });
}
