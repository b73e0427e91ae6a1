using System.Text.RegularExpressions;

namespace Experiments.Api.Shared;

/// <summary>Names that live in the apps' code (parameters, layers): as keys, but of either case.</summary>
internal static partial class Names
{
    public const string Message = "must start with a letter or a digit and go on with at most 99 of A-Z, a-z, 0-9, '.', '_', '-'";

    public static bool IsValid(string? name) => name is not null && Expression().IsMatch(name);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Expression();
}
