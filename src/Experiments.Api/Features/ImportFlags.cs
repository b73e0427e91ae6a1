using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Results;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Features;

/// <summary><c>POST /v1/experiments/feature-management</c>: drafts that give each user the variant that his app's flag gave him.</summary>
internal static class ImportFlags
{
    private const string Imported = "imported";
    private const string Unchanged = "unchanged";
    private const string Skipped = "skipped";

    /// <param name="DryRun">True when nothing was written.</param>
    internal sealed record Answer(bool DryRun, int Imported, int Unchanged, int Skipped, IReadOnlyList<Outcome> Flags);

    /// <param name="Flag">Id of the flag.</param>
    /// <param name="Status"><c>imported</c>: a draft was made, or would be; <c>unchanged</c>: it was there already; <c>skipped</c>: the notes say why.</param>
    internal sealed record Outcome(string Flag, string Status, IReadOnlyList<FlagNote> Notes)
    {
        /// <summary>Key of the experiment, and of its hypothesis.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Experiment { get; init; }
    }

    public static void Map(RouteGroupBuilder features) => features
        .MapPost("/feature-management", HandleAsync)
        .WithName("importFlags")
        .WithSummary("Drafts experiments from flags of Microsoft.FeatureManagement, so that each user keeps his variant. The same document again changes nothing.")
        .Accepts<FlagsDocument>("application/json")
        .Idempotent()
        .Answers(StatusCodes.Status400BadRequest);

    internal static async Task<Ok<Answer>> HandleAsync(
        JsonElement document, HttpRequest http, CatalogStore catalog, IValidator<CreateExperiment.Request> validator, ClaimsPrincipal user, TimeProvider clock,
        CancellationToken cancellationToken, string? kpi = null, bool dryRun = false)
    {
        if (string.IsNullOrEmpty(kpi))
        {
            throw Problems.Invalid("kpi-required",
                "'?kpi=' is missing: the key of the KPI that the drafts are measured by. A draft can be changed before it starts.",
                ("kpi", "must be the key of a KPI"));
        }

        var flags = FlagReader.Read(document);
        var import = new FlagImport(flags, kpi, Language.Of(http), validator, clock.GetUtcNow());
        if (dryRun) import.Decide(await catalog.RefreshAsync(cancellationToken));
        else await catalog.CommitAsync(user.ActorName(), import.Decide, cancellationToken);
        var outcomes = import.Outcomes;
        return TypedResults.Ok(new Answer(dryRun, Count(Imported), Count(Unchanged), Count(Skipped), outcomes));

        int Count(string status) => outcomes.Count(outcome => outcome.Status == status);
    }

    /// <summary>One import; <see cref="Decide"/> may be called several times, on newer states.</summary>
    private sealed class FlagImport(
        IReadOnlyList<Flag> flags, string kpi, Language language, IValidator<CreateExperiment.Request> validator, DateTimeOffset now)
    {
        public IReadOnlyList<Outcome> Outcomes { get; private set; } = [];

        public CatalogChange Decide(CatalogState state)
        {
            KnownKpi.Check(state, kpi, "kpi");
            var outcomes = new List<Outcome>();
            var documents = new List<IDocument>();
            foreach (var flag in flags) outcomes.Add(OutcomeOf(state, flag, documents));
            Outcomes = outcomes;
            return documents.Count == 0
                ? CatalogChange.None
                : new CatalogChange("experiment.import", "taken over from Microsoft.FeatureManagement", [.. documents]);
        }

        private Outcome OutcomeOf(CatalogState state, Flag flag, List<IDocument> documents)
        {
            var measured = state.RequireKpi(kpi);
            var draft = FlagDraft.Of(flag, measured, language);
            if (draft.Request is not { } request) return new Outcome(flag.Id, Skipped, draft.Notes);
            var checkedAs = validator.Validate(request);
            if (!checkedAs.IsValid)
            {
                var first = checkedAs.Errors[0];
                return new Outcome(flag.Id, Skipped, [FlagNote.NotValid(language, $"'{Validation.JsonPath(first.PropertyName)}' {first.ErrorMessage}.")]);
            }

            var experiment = request.ToDocument(now);
            if (state.Experiments.TryGetValue(experiment.Key, out var known))
            {
                return IsSame(known, experiment)
                    ? new Outcome(flag.Id, Unchanged, draft.Notes) { Experiment = known.Key }
                    : new Outcome(flag.Id, Skipped, [FlagNote.Exists(language, known.Key)]);
            }

            if (!state.Hypotheses.ContainsKey(experiment.Key)) documents.Add(HypothesisOf(experiment, measured));
            documents.Add(experiment);
            return new Outcome(flag.Id, Imported, draft.Notes) { Experiment = experiment.Key };
        }

        /// <summary>Whether an experiment takes the same flag over: its plan and its KPIs may have been changed since.</summary>
        private static bool IsSame(Experiment known, Experiment wanted) =>
            !known.Archived && known.Parameter == wanted.Parameter && Json(known.FeatureManagement) == Json(wanted.FeatureManagement)
            && Json(known.Variants.Select(v => new { v.Key, v.Value, v.Feature })) == Json(wanted.Variants.Select(v => new { v.Key, v.Value, v.Feature }));

        private static string Json<T>(T part) => JsonSerializer.Serialize(part, ApiJson.Stored);

        /// <summary>A test needs a hypothesis; this one says that somebody must still write it.</summary>
        private Hypothesis HypothesisOf(Experiment experiment, Kpi measured) => new()
        {
            Key = experiment.Key,
            Because = language.IsFrench
                ? $"Repris de la bascule '{experiment.Parameter}'. Écrivez ici pourquoi vous y croyez."
                : $"Taken over from the flag '{experiment.Parameter}'. Write here why you believe in it.",
            Change = language.IsFrench ? $"Les variantes de '{experiment.Parameter}'" : $"The variants of '{experiment.Parameter}'",
            Audience = language.IsFrench ? "Tous les clients que la bascule répartit" : "All users that the flag splits",
            Expect = new Expectation(measured.Key, measured.Direction, CreateExperiment.DefaultLift, 0.5),
            CreatedAt = now,
        };
    }
}
