namespace Experiments.Api.Catalog;

/// <summary>What one commit does to the catalogue.</summary>
/// <param name="Action">Kind of document and verb, for the audit: <c>experiment.start</c>.</param>
/// <param name="Reason">Why, in the words of who asked; empty when nobody said.</param>
/// <param name="Documents">Documents written, whole, each one version above what it replaces.</param>
internal sealed record CatalogChange(string Action, string Reason, params IReadOnlyList<IDocument> Documents)
{
    /// <summary>There is nothing to do: no commit, no entry.</summary>
    public static readonly CatalogChange None = new("", "");
}
