using System.Text.RegularExpressions;

namespace Experiments.Api.Shared;

/// <summary>What a key looks like, everywhere.</summary>
internal static partial class Keys
{
    public const string Pattern = "^[a-z0-9][a-z0-9._-]{0,99}$";

    public const string Message =
        "must start with a lower-case letter or a digit and go on with at most 99 of a-z, 0-9, '.', '_', '-'";

    public static bool IsValid(string? key) => key is not null && Expression().IsMatch(key);

    // \z, not $: $ would accept a line feed at the end.
    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Expression();
}
