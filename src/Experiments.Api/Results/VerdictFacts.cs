using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;
using Experiments.Stats;

namespace Experiments.Api.Results;

/// <summary>The names and figures that the words of a verdict need, written for one language.</summary>
internal sealed class VerdictFacts
{
    private readonly Language _language;
    private readonly Interval _interval;
    private readonly DateTimeOffset? _nextClose;

    public VerdictFacts(Verdict verdict, ExperimentLook look, Language language)
    {
        _language = language;
        var experiment = look.Data.Experiment;
        var variant = verdict.Variant ?? look.Primary.Comparisons.MaxBy(c => c.LogEvidenceAdjusted)!.Variant;
        var readOut = look.Primary.MatureReadOut.Pair(look.Data.Control, variant);
        _interval = readOut.LiftInterval;
        _nextClose = experiment.Status == ExperimentStatus.Running ? Cycle.NextClose(look.Data) : null;

        Name = NameOf(experiment.Variants[variant]);
        ControlName = NameOf(experiment.Variants[look.Data.Control]);
        Kpi = experiment.FrozenKpis[0].Name ?? experiment.FrozenKpis[0].Key;
        Lift = readOut.RelativeLift is { } lift ? language.Signed(lift) : "—";
        Loss = readOut.RelativeLoss is { } loss && double.IsFinite(loss) ? language.Percent(loss) : "—";
        Margin = language.Percent((experiment.Decision.MinimumDetectableLift ?? 0) / 4);
        Users = language.Number(look.Health.Users);
        SeenTwice = language.Number(look.Health.MultipleExposureUsers);
        Observed = Split(experiment, look.Health.Observed);
        Expected = Split(experiment, look.Health.Expected);
        WillPromote = experiment is { Status: ExperimentStatus.Running, Decision: { AutoPromote: true, Approval: false } };
        BrokenGuardrail = look.Guardrails.FirstOrDefault(g => g.Status == GuardrailLook.IsHarmful) is { } harmed
            ? experiment.FrozenKpis[harmed.Kpi].Name ?? experiment.FrozenKpis[harmed.Kpi].Key
            : "";
    }

    public string Name { get; }
    public string ControlName { get; }
    public string Kpi { get; }
    public string Lift { get; }
    public string Loss { get; }
    public string Margin { get; }
    public string Users { get; }
    public string SeenTwice { get; }
    public string Observed { get; }
    public string Expected { get; }
    public string BrokenGuardrail { get; }
    public bool WillPromote { get; }

    public string BetweenEnglish => _interval is { Lower: { } lower, Upper: { } upper }
        ? $" (very likely between {_language.Signed(lower)} and {_language.Signed(upper)})"
        : "";

    public string BetweenFrench => _interval is { Lower: { } lower, Upper: { } upper }
        ? $" (très probablement entre {_language.Signed(lower)} et {_language.Signed(upper)})"
        : "";

    public string NextLookEnglish => _nextClose is { } at ? $"Next useful look: {_language.Day(at)}." : "Come back when more users have been seen.";

    public string NextLookFrench => _nextClose is { } at ? $"Prochain point utile : {_language.Day(at)}." : "Revenez quand d'autres visiteurs auront été vus.";

    private static string NameOf(Variant variant) => variant.Name ?? variant.Key;

    private string Split(Experiment experiment, IReadOnlyList<double> users) => string.Join(
        ", ", experiment.Variants.Select((v, i) => $"{NameOf(v)} {_language.Number(Math.Round(users[i]))}"));
}
