using System.Text.Json;

namespace Experiments.Api.Features;

/// <summary>A flag as it was read: its own parts agree with each other.</summary>
internal sealed record Flag(string Id, bool Enabled, IReadOnlyList<FlagFilter> Filters, IReadOnlyList<FlagVariant> Variants, FlagAllocation Allocation);

/// <param name="Name">Such as <c>Microsoft.Targeting</c>.</param>
/// <param name="Parameters">An object, or null.</param>
internal sealed record FlagFilter(string Name, JsonElement? Parameters)
{
    /// <summary>Whether it is one of the library's own, by its name with or without <c>Microsoft.</c></summary>
    public bool Is(string name) =>
        Name.Equals(name, StringComparison.OrdinalIgnoreCase) || Name.Equals($"Microsoft.{name}", StringComparison.OrdinalIgnoreCase);
}
