// Compiled by GeneratedClientTests with the client that NSwag makes of openapi.yaml: what a user of that client would write.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Generated;

/// <summary>Hypothesis, KPI, experiment, start, assignments, events, results, promotion, best practice, retirement.</summary>
public static class WholeLoop
{
    private const int Users = 400;

    /// <returns>What was seen on the way, in order.</returns>
    public static async Task<List<string>> RunAsync(HttpClient http)
    {
        var seen = new List<string>();
        var client = new ExperimentsClient(http);
        await DefineAsync(client);
        var started = await client.StartExperimentAsync("green-button", new StartExperimentRequest());
        seen.Add("status " + started.Status);

        var arms = await AssignAndBuyAsync(client);
        seen.Add("arms " + string.Join(' ', arms.OrderBy(a => a)));
        seen.AddRange(await JudgeAsync(client));
        seen.AddRange(await PromoteAsync(client));
        seen.AddRange(await RefusalsAsync(client));
        return seen;
    }

    private static async Task DefineAsync(ExperimentsClient client)
    {
        await client.CreateKpiAsync(null, new CreateKpiRequest { Key = "purchase", Type = CreateKpiRequestType.Proportion, Direction = CreateKpiRequestDirection.Increase, Window = "PT1H" });
        await client.CreateHypothesisAsync(null, new CreateHypothesisRequest
        {
            Key = "easier-to-see",
            Because = "visitors overlook the grey button",
            Change = "a green button",
            Audience = "all visitors",
            Expect = new CreateHypothesisExpectRequest { Kpi = "purchase", Direction = CreateHypothesisExpectRequestDirection.Increase, Lift = 0.1, Confidence = 0.6 },
        });
        await client.CreateExperimentAsync(null, new CreateExperimentRequest
        {
            Key = "green-button",
            Hypothesis = "easier-to-see",
            Parameter = "button.colour",
            Control = "grey",
            PrimaryKpi = "purchase",
            Variants =
            [
                new CreateExperimentVariantRequest { Key = "grey", Name = "As today", Weight = 1, Value = null },
                new CreateExperimentVariantRequest { Key = "green", Name = "Green", Weight = 1, Value = "#0a0" },
            ],
            Audience = new AudienceCondition { All = [new AudienceCondition { Attribute = "country", In = ["FR", "BE"] }] },
            Decision = new CreateExperimentDecisionRequest { MinimumDays = 7 },
        });
    }

    /// <returns>The variants that were served.</returns>
    private static async Task<IReadOnlyCollection<string>> AssignAndBuyAsync(ExperimentsClient client)
    {
        var arms = new HashSet<string>();
        var events = new List<EventItem>();
        for (var i = 0; i < Users; i++)
        {
            var user = "u" + i;
            var answer = await client.AssignAsync(new AssignRequest
            {
                User = user,
                Attributes = new Dictionary<string, object> { ["country"] = "FR" },
                Parameters = ["button.colour"],
            });
            var assignment = answer.Assignments.Single();
            if (assignment.Source != "experiment" || assignment.Propensity is not > 0) throw new InvalidOperationException("Nothing was assigned.");
            arms.Add(assignment.Variant!);
            events.Add(new EventItem { Id = "x" + i, Type = "exposure", User = user, Experiment = assignment.Experiment, Variant = assignment.Variant });
            if (i % (assignment.Variant == "green" ? 3 : 5) == 0) events.Add(new EventItem { Id = "k" + i, Type = "kpi", User = user, Event = "purchase" });
        }

        var receipt = await client.CollectEventsAsync(new EventBatch { Events = events });
        if (receipt.Accepted != events.Count || receipt.Rejected.Count != 0) throw new InvalidOperationException("Events were refused.");
        if ((await client.CollectEventsAsync(new EventBatch { Events = events })).Duplicates != events.Count) throw new InvalidOperationException("Counted twice.");
        return arms;
    }

    private static async Task<IEnumerable<string>> JudgeAsync(ExperimentsClient client)
    {
        var results = await client.ReadResultsAsync("green-button", null, "fr");
        var history = await client.ReadHistoryAsync("green-button");
        var kpi = results.Kpis.Single(k => k.Role == "primary");
        if (kpi.Variants.Sum(v => v.Users) != Users || history.Points is null) throw new InvalidOperationException("Users are missing.");
        if (kpi.Comparisons.Single().Sequential is { LogEvidence: double.NaN }) throw new InvalidOperationException("No evidence.");
        return ["verdict " + results.Verdict.State, "health " + results.Health.Status];
    }

    private static async Task<IEnumerable<string>> PromoteAsync(ExperimentsClient client)
    {
        await client.PromoteVariantAsync("green-button", new PromoteByHandRequest { Variant = "green", Reason = "it is plain to see" });
        var practice = await client.GetBestPracticeAsync("green-button");
        var page = await client.ListBestPracticesAsync("button.colour", "active", null, null, null, 10, null);
        var decisions = await client.ListDecisionsAsync("green-button", null, null);
        var flag = await client.EvaluateFlagAsync("button.colour", new FlagRequest { Context = new { targetingKey = "u1", country = "FR" } });
        var retired = await client.RetireBestPracticeAsync("green-button", new RetireBestPracticeRequest { Reason = "the shop is rebuilt" });
        return
        [
            "practice " + practice.State + " " + practice.Value + " from " + practice.Evidence.Single().Experiment,
            "page " + page.Items.Count + " next " + (page.Next ?? "null"),
            "decision " + decisions.Items.Single().Action,
            "flag " + flag.Reason + " " + flag.Value,
            "then " + retired.State,
        ];
    }

    private static async Task<IEnumerable<string>> RefusalsAsync(ExperimentsClient client)
    {
        var seen = new List<string>();
        try
        {
            await client.StopExperimentAsync("green-button", new StopExperimentRequest { Reason = "again" });
        }
        catch (ApiException<Problem> problem)
        {
            seen.Add(problem.StatusCode + " " + problem.Result.Code);
        }

        try
        {
            await client.CreateKpiAsync(null, new CreateKpiRequest { Key = "Not A Key", Type = CreateKpiRequestType.Mean, Direction = CreateKpiRequestDirection.Increase });
        }
        catch (ApiException<Problem> problem)
        {
            seen.Add(problem.StatusCode + " " + problem.Result.Code + " " + string.Join(',', problem.Result.Errors!.Keys));
        }

        return seen;
    }
}
