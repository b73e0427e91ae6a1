using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Experiments;

internal static class ChangeExperiment
{
    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapPatch("/{key}", HandleAsync)
        .WithName("changeExperiment")
        .WithSummary("Change a draft (JSON merge patch); once started, only weights, and coverage upwards.")
        .Patches<CreateExperiment.Request>()
        .Answers(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
            StatusCodes.Status412PreconditionFailed, StatusCodes.Status422UnprocessableEntity);

    internal static async Task<Ok<ExperimentView>> HandleAsync(
        string key,
        JsonElement patch,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        CatalogStore catalog,
        IValidator<CreateExperiment.Request> validator,
        ClaimsPrincipal user,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var current = state.RequireExperiment(key);
                Versions.Check(ifMatch, current.Version);
                LifeCycle.Require(current, "change", ExperimentStatus.Draft, ExperimentStatus.Running, ExperimentStatus.Paused);
                var before = CreateExperiment.Request.From(current);
                var request = MergePatch.Apply(before, patch, validator);
                if (request.Key != key) throw Problems.Invalid("key-fixed", "A key never changes.", ("key", $"must stay '{key}'"));

                var wanted = request.ToDocument(current.CreatedAt);
                var changed = ChangedMembers(before, CreateExperiment.Request.From(wanted));
                if (changed.Count == 0) return CatalogChange.None;
                var next = current.Status == ExperimentStatus.Draft
                    ? Draft(state, wanted)
                    : Running(state, current, wanted, changed, now);
                return new CatalogChange("experiment.change", string.Join(", ", changed), next with { Version = current.Version + 1 });
            },
            cancellationToken);
        return TypedResults.Ok(ExperimentView.From(state.RequireExperiment(key)));
    }

    private static Experiment Draft(CatalogState state, Experiment wanted)
    {
        CreateExperiment.CheckReferences(state, wanted);
        FeatureRules.CheckWeights(wanted);
        return wanted;
    }

    private static Experiment Running(
        CatalogState state, Experiment current, Experiment wanted, List<string> changed, DateTimeOffset now)
    {
        if (changed.Find(member => member is not ("variants" or "coverage")) is { } frozen) throw Frozen(current, frozen, "is part of the frozen plan");
        if (current.FeatureManagement is not null && !current.Variants.Select(v => v.Weight).SequenceEqual(wanted.Variants.Select(v => v.Weight)))
            throw FeatureRules.Frozen(current);
        if (wanted.Coverage < current.Coverage)
            throw Frozen(current, "coverage", $"may only grow while the test runs: it is {current.Coverage}");
        if (!SameArms(current, wanted)) throw Frozen(current, "variants", "must keep its keys and values, in their order: only weights may change");

        var next = current with { Variants = wanted.Variants, Coverage = wanted.Coverage };
        if (wanted.Coverage > current.Coverage) next = next with { Slots = Layers.Take(state, next) };

        if (current.Bandit is not null) RefuseMovedWeights(current, wanted);
        var after = Tables.After(next, now);
        return after.Buckets.SequenceEqual(current.Epochs[^1].Buckets) ? next : next.With(after);
    }

    private static void RefuseMovedWeights(Experiment current, Experiment wanted)
    {
        for (var i = 0; i < current.Variants.Count; i++)
        {
            var (before, after) = (current.Variants[i].Weight, wanted.Variants[i].Weight);
            if (before == after || before == 0 || after == 0) continue;
            throw Problems.Conflict("bandit-moves-its-weights",
                $"'{current.Key}' is a running bandit: it moves its weights by itself. Set the weight of a variant to 0 to take it out, "
                + "or above 0 to bring it back.",
                ($"variants[{i}].weight", "of a running bandit may only become 0, or return from 0"));
        }
    }

    private static bool SameArms(Experiment current, Experiment wanted) =>
        current.Variants.Count == wanted.Variants.Count
        && current.Variants.Zip(wanted.Variants).All(pair => pair.First.Key == pair.Second.Key && pair.First.Cost == pair.Second.Cost
            && pair.First.Feature == pair.Second.Feature && Same(pair.First.Value, pair.Second.Value));

    private static bool Same(JsonElement? first, JsonElement? second) => first is { } a && second is { } b
        ? JsonElement.DeepEquals(a, b)
        : first is null && second is null;

    private static List<string> ChangedMembers(CreateExperiment.Request before, CreateExperiment.Request after)
    {
        var first = JsonSerializer.SerializeToNode(before, ApiJson.Options)!.AsObject();
        var second = JsonSerializer.SerializeToNode(after, ApiJson.Options)!.AsObject();
        return [.. first.Select(member => member.Key).Where(name => !JsonNode.DeepEquals(first[name], second[name]))];
    }

    private static ProblemException Frozen(Experiment experiment, string member, string why) => Problems.Conflict("plan-frozen",
        $"'{member}' {why}: '{experiment.Key}' has started. Stop it and draft a new experiment to test something else.", (member, why));
}
