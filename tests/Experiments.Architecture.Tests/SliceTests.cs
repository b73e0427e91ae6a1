using System.Text.RegularExpressions;

namespace Experiments.Architecture.Tests;

/// <summary>Slices of the service meet in the catalogue, the ledger and the results, not in each other's internals.</summary>
/// <remarks>Read from the <c>using</c> directives: an unused one does not compile (IDE0005), so they say what a file needs. A name that is
/// qualified by half (<c>Kpis.CreateKpi</c>) would get around them, and is refused.</remarks>
public sealed partial class SliceTests
{
    /// <summary>What every slice may use.</summary>
    private static readonly string[] Foundations = ["Shared", "Catalog", "Store", "Access"];

    /// <summary>What a slice may use of another, and why.</summary>
    private static readonly Dictionary<(string Slice, string Used), string> Allowed = new()
    {
        [("Results", "Events.Ledger")] = "results are computed from the ledger's moments",
        [("Results", "Experiments")] = "a draft is shown with the plan and the table of weights that it would start with",
        [("Experiments", "Results")] = "the prior learned from finished tests is frozen with the plan; the one circle between two slices",
        [("Promotion", "Results")] = "the decider looks with the results' own service: what is decided on is what is shown",
        [("Promotion", "Results.Looks")] = "looks, their state and their findings are what the decider keeps and acts on",
        [("Promotion", "Results.Figures")] = "a best practice's holdback is read out like a variant",
        [("Promotion", "Events.Ledger")] = "a best practice's holdback is measured by the ledger's moments",
        [("Promotion", "Events.Import")] = "the decider leaves an experiment alone while its history is imported: the lease",
        [("Promotion", "Experiments")] = "a promotion is answered as a decision; a harmful variant gets a table of weights without it",
        [("Knowledge", "Results")] = "outcomes are read by the results' own service: what was shown is what is learned from",
        [("Knowledge", "Results.Looks")] = "an outcome is what the last look at a test has found",
        [("Knowledge", "Hypotheses")] = "a hypothesis that is found is answered as it was written down",
        [("PolicyValues", "Results")] = "an experiment and its moments are read as results read them",
        [("PolicyValues", "Results.Looks")] = "the sums of mature users, epoch by epoch",
        [("PolicyValues", "Results.Figures")] = "sums of the ledger become the moments of the statistics",
        [("PolicyValues", "Events.Ledger")] = "a value of a breakdown is a segment of the ledger's moments",
        [("Allocations", "Experiments")] = "a bandit's settings have one form and one validator",
        [("Allocations", "Results.Looks")] = "reasons of a step are written as results write them",
        [("Promotion", "BestPractices")] = "PracticeLive: the delegate through which a practice shows what its holdback says",
        [("Archive", "Events.Ledger")] = "the archive keeps the ledger's inbox, and computes its moments anew",
        [("Archive", "Results.Looks")] = "what the looks have seen cannot be recomputed: it is copied beside the events",
        [("Observability", "Archive")] = "how much waits for the archive is a metric",
        [("Users", "Events.Ledger")] = "an erased user leaves the ledger",
        [("Users", "Archive")] = "and the archive",
        [("Users", "Assignments")] = "and the first arms that bandits keep",
        [("Features", "Experiments")] = "a flag that is taken over becomes a draft, by the rules of drafts",
        [("Features", "Results")] = "what became of each flag is told in the languages of the results",
        [("Ofrep", "Assignments")] = "flags are the served snapshot's parameters: the same answer as POST /v1/assignments",
        [("Dashboard", "Results")] = "pages show the API's own results, in its languages",
        [("Dashboard", "Results.Looks")] = "the curves are the history that the looks keep",
        [("Dashboard", "BestPractices")] = "PracticeLive: what a practice's holdback says now",
        [("Assignments", "Events.Ledger")] = "a person with several ids keeps the arm that he met first: the ledger knows it",
        [("Identities", "Events.Ledger")] = "the ledger joins what a person did under several ids",
        [("Identities", "Events.Intake")] = "an alias is committed like an event, with the same answers when the ledger is busy",
        [("Webhooks", "Results")] = "an alarm of health is told as results show it",
        [("Webhooks", "Results.Looks")] = "the looks keep when an alarm rang",
        [("Analyses", "Events.Ledger")] = "counts in a request are made into the ledger's moments, so that the same code reads them",
        [("Analyses", "Results")] = "answers have the form of the results",
        [("Analyses", "Results.Figures")] = "the same read-outs as the results",
        [("Analyses", "Results.Looks")] = "the same tests as the results",
    };

    [Fact]
    public void Slices_UsingDirectives_AreAllowed()
    {
        var found =
            from file in Repository.Sources("src", "Experiments.Api")
            let slice = SliceOf(file)
            where slice is not null && !Foundations.Contains(slice)
            from Match match in UsingDirective().Matches(File.ReadAllText(file))
            let used = match.Groups["used"].Value
            where used.Split('.')[0] != slice && !Foundations.Contains(used.Split('.')[0]) && !Allowed.ContainsKey((slice, used))
            select $"{Path.GetRelativePath(Repository.Root, file)}: {slice} uses {used}";

        Assert.Empty(found);
    }

    [Fact]
    public void Foundations_UsingDirectives_NameNoSlice()
    {
        var found =
            from file in Repository.Sources("src", "Experiments.Api")
            where SliceOf(file) is { } slice && Foundations.Contains(slice)
            from Match match in UsingDirective().Matches(File.ReadAllText(file))
            where !Foundations.Contains(match.Groups["used"].Value.Split('.')[0])
            select $"{Path.GetRelativePath(Repository.Root, file)}: {match.Groups["used"].Value}";

        Assert.Empty(found);
    }

    [Fact]
    public void Sources_NamesQualifiedByHalf_DoNotOccur()
    {
        var slices = Directory.GetDirectories(Repository.PathOf("src", "Experiments.Api")).Select(Path.GetFileName).ToHashSet();
        var found =
            from file in Repository.Sources("src", "Experiments.Api")
            from Match match in FullyQualified().Matches(File.ReadAllText(file))
            where slices.Contains(match.Groups["slice"].Value)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {match.Value}";

        Assert.Empty(found);
    }

    /// <summary>The folder below the project; null for Program.cs, which puts the slices together.</summary>
    private static string? SliceOf(string file)
    {
        var parts = Path.GetRelativePath(Repository.PathOf("src", "Experiments.Api"), file).Split(Path.DirectorySeparatorChar);
        return parts.Length > 1 ? parts[0] : null;
    }

    [GeneratedRegex(@"^using (?:static |\w+ = )?Experiments\.Api\.(?<used>[\w.]+?);?\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UsingDirective();

    [GeneratedRegex(@"^(?!using |namespace ).*\bApi\.(?<slice>[A-Z]\w+)\.[A-Z]", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FullyQualified();
}
