using System.Globalization;
using System.Text.Json;
using Experiments.Api.Catalog;

namespace Experiments.Api.Promotion;

/// <summary>Numbers the decisions of an experiment.</summary>
internal static class Decisions
{
    public static Decision Next(
        CatalogState state, string experiment, string action, string by, string reason, JsonElement evidence, DateTimeOffset at) => new()
        {
            Key = string.Create(CultureInfo.InvariantCulture, $"{experiment}/{state.DecisionsOf(experiment).Count + 1}"),
            Experiment = experiment,
            At = at,
            Action = action,
            By = by,
            Reason = reason,
            Evidence = evidence,
        };

    public static int Number(Decision decision) =>
        int.Parse(decision.Key.AsSpan(decision.Key.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);
}
