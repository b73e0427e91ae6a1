using System.Globalization;
using System.Text.Json;
using Experiments.Sdk;
using Spectre.Console;

namespace Experiments.Api.Demo;

/// <summary>Tells the loop: define, replay the campaign day by day through the SDK, wait for the decision, serve what was learned.</summary>
internal sealed class DemoStory(IAnsiConsole console, SimulatedClock clock, DateTimeOffset began, int campaignDays, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly string[] SecondaryKpis = ["purchase"];
    private readonly List<DayFigures> _days = [];

    private sealed record DayFigures(int Day, double Users, double LogEvidence, double? Lift, string State);

    /// <returns>True when the SDK served the best practice.</returns>
    public async Task<bool> TellAsync(
        string url, IServiceProvider app, string experiment, string parameter, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        var api = new DemoApi(http);
        console.Write(new Rule("[bold]Experiments[/]: from a hypothesis to a best practice").LeftJustified());
        await DefineAsync(api, experiment, parameter, cancellationToken).ConfigureAwait(false);

        var client = app.GetRequiredService<ExperimentsClient>();
        foreach (var hosted in app.GetServices<IHostedService>()) await hosted.StartAsync(cancellationToken).ConfigureAwait(false);
        await client.ReadyAsync(cancellationToken).ConfigureAwait(false);

        await ReplayAsync(api, client, experiment, parameter, cancellationToken).ConfigureAwait(false);
        await ShowDecisionAsync(api, experiment, cancellationToken).ConfigureAwait(false);
        var served = await ServeAsync(client, parameter, cancellationToken).ConfigureAwait(false);
        foreach (var hosted in app.GetServices<IHostedService>()) await hosted.StopAsync(cancellationToken).ConfigureAwait(false);
        return served;
    }

    private async Task DefineAsync(DemoApi api, string experiment, string parameter, CancellationToken cancellationToken)
    {
        console.MarkupLine("[bold]1. A marketer states a hypothesis.[/] [grey](the e-mail test of Hillstrom, 2008: 64,000 real customers)[/]");
        await api.PostAsync("/v1/kpis", new { key = "visit", name = "visits", type = "proportion", direction = "increase", window = "P1D" }, cancellationToken);
        await api.PostAsync("/v1/kpis", new { key = "purchase", name = "purchases", type = "proportion", direction = "increase", window = "P1D" }, cancellationToken);
        await api.PostAsync("/v1/hypotheses", new
        {
            key = "men-buy-again",
            because = "customers who bought men's clothes know the shop",
            change = "an e-mail about men's clothes",
            audience = "customers of the last twelve months",
            expect = new { kpi = "visit", direction = "increase", lift = 0.1, confidence = 0.7 },
        }, cancellationToken);
        await api.PostAsync("/v1/experiments", new
        {
            key = experiment,
            hypothesis = "men-buy-again",
            kind = "ab",
            parameter,
            control = "none",
            variants = HillstromCampaign.Groups.Select(g => new { key = g.Variant, name = g.Name, weight = 1, value = g.Variant == "none" ? null : g.Variant }),
            primaryKpi = "visit",
            secondaryKpis = SecondaryKpis,
            decision = new { minimumDays = campaignDays, cycleDays = 7 },
        }, cancellationToken);
        clock.AdvanceTo(began);
        await api.PostAsync($"/v1/experiments/{experiment}/start", new { }, cancellationToken);
        console.MarkupLineInterpolated(
            $"   \"Because customers who bought men's clothes know the shop, an e-mail about them brings 10 % more visits.\"");
        console.MarkupLineInterpolated($"   Experiment [bold]{experiment}[/] is running since {began.UtcDateTime:d MMMM yyyy} (simulated clock).");
        console.WriteLine();
    }

    private async Task ReplayAsync(
        DemoApi api, ExperimentsClient client, string experiment, string parameter, CancellationToken cancellationToken)
    {
        console.MarkupLine("[bold]2. The app asks the SDK, customers react, the evidence grows.[/]");
        var campaign = new HillstromCampaign(seed);
        await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("   replaying", maxValue: HillstromCampaign.Customers);
                var customer = 0;
                for (var day = 0; day < campaignDays; day++)
                {
                    var quota = (int)((long)HillstromCampaign.Customers * (day + 1) / campaignDays) - (int)task.Value;
                    customer = await ReplayDayAsync(client, campaign, parameter, day, quota, customer, task, cancellationToken).ConfigureAwait(false);
                    await CloseDayAsync(api, experiment, day, task, cancellationToken).ConfigureAwait(false);
                }

                // The last customers' windows close, then the third whole week.
                for (var day = campaignDays; day < campaignDays + 3 && !IsDecided; day++)
                {
                    await CloseDayAsync(api, experiment, day, task, cancellationToken).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        ShowDays();
    }

    private bool IsDecided => _days is [.., { State: "promoted" }];

    private async Task<int> ReplayDayAsync(
        ExperimentsClient client, HillstromCampaign campaign, string parameter, int day, int quota, int customer, ProgressTask task,
        CancellationToken cancellationToken)
    {
        for (var seen = 0; seen < quota;)
        {
            var user = "customer-" + (++customer).ToString("D6", CultureInfo.InvariantCulture);

            // The SDK splits by hash, the campaign had its own groups: a customer whose group is complete was not of this campaign.
            var peeked = client.Peek<string?>(parameter, user, null);
            if (peeked.Variant is null || campaign.Next(peeked.Variant) is not { } outcome) continue;

            clock.AdvanceTo(began.AddDays(day).AddHours(8 + (12.0 * seen / quota)));
            _ = client.GetValue<string?>(parameter, user, null);
            if (outcome != HillstromCampaign.Outcome.Nothing) client.Track("visit", user);
            if (outcome == HillstromCampaign.Outcome.VisitAndPurchase) client.Track("purchase", user);
            task.Increment(1);
            if (++seen % 2_000 == 0) await client.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        await client.FlushAsync(cancellationToken).ConfigureAwait(false);
        return customer;
    }

    /// <summary>Sets the clock to the next midnight and waits until the decider has looked since.</summary>
    private async Task CloseDayAsync(DemoApi api, string experiment, int day, ProgressTask task, CancellationToken cancellationToken)
    {
        var midnight = began.AddDays(day + 1);
        clock.AdvanceTo(midnight.AddMinutes(1));
        await UntilAsync(
            async () =>
            {
                var history = await api.GetAsync($"/v1/experiments/{experiment}/history", cancellationToken).ConfigureAwait(false);
                var points = history.GetProperty("points");
                return points.GetArrayLength() is > 0 and var count && points[count - 1].GetProperty("at").GetDateTimeOffset() >= midnight;
            },
            orElse: async () => await IsStoppedAsync(api, experiment, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);

        var results = await api.GetAsync($"/v1/experiments/{experiment}/results", cancellationToken).ConfigureAwait(false);
        var mens = results.GetProperty("kpis")[0].GetProperty("comparisons")[0];
        var sequential = mens.GetProperty("sequential");
        var figures = new DayFigures(
            day + 1,
            sequential.GetProperty("users").GetDouble(),
            sequential.GetProperty("logEvidenceAdjusted").GetDouble(),
            mens.GetProperty("relativeLift") is { ValueKind: JsonValueKind.Number } lift ? lift.GetDouble() : null,
            results.GetProperty("verdict").GetProperty("reason").GetString()!);
        _days.Add(figures);
        task.Description = $"   day {figures.Day,2}: {Odds(figures.LogEvidence)}";
    }

    private static async Task<bool> IsStoppedAsync(DemoApi api, string experiment, CancellationToken cancellationToken)
    {
        var found = await api.GetAsync($"/v1/experiments/{experiment}", cancellationToken).ConfigureAwait(false);
        return found.GetProperty("status").GetString() == "stopped";
    }

    private void ShowDays()
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("day").AddColumn(new TableColumn("customers decided on").RightAligned()).AddColumn(new TableColumn("lift of Mens E-Mail").RightAligned())
            .AddColumn("odds against \"no effect\"").AddColumn("verdict");
        foreach (var day in _days)
        {
            table.AddRow(
                day.Day.ToString(CultureInfo.InvariantCulture), day.Users.ToString("N0", CultureInfo.InvariantCulture),
                day.Lift is { } lift ? lift.ToString("+0.0 %;-0.0 %", CultureInfo.InvariantCulture) : "",
                Odds(day.LogEvidence), day.State);
        }

        console.Write(table);
    }

    private async Task ShowDecisionAsync(DemoApi api, string experiment, CancellationToken cancellationToken)
    {
        var enough = _days.FirstOrDefault(d => d.LogEvidence >= -Math.Log(0.05))?.Day;
        console.MarkupLineInterpolated(
            $"[bold]3. The decider promotes the winner.[/] [grey](20 : 1 is enough: reached on day {enough}; whole weeks are waited for, since days differ)[/]");
        var decisions = await api.GetAsync($"/v1/experiments/{experiment}/decisions", cancellationToken).ConfigureAwait(false);
        foreach (var decision in decisions.GetProperty("items").EnumerateArray())
        {
            console.MarkupLineInterpolated(
                $"   [bold]{decision.GetProperty("action").GetString()}[/] by {decision.GetProperty("by").GetString()} at {decision.GetProperty("at").GetString()}: {decision.GetProperty("reason").GetString()}");
        }

        foreach (var language in new[] { "en", "fr" })
        {
            var results = await api.GetAsync($"/v1/experiments/{experiment}/results?lang={language}", cancellationToken).ConfigureAwait(false);
            console.MarkupLineInterpolated($"   [italic]{results.GetProperty("verdict").GetProperty("text").GetString()}[/]");
        }

        console.WriteLine();
    }

    private async Task<bool> ServeAsync(ExperimentsClient client, string parameter, CancellationToken cancellationToken)
    {
        console.MarkupLine("[bold]4. The SDK serves the best practice to new customers; a holdback goes on measuring it.[/]");
        const int Customers = 2_000;

        // Peeked at until the promotion has reached the SDK: whoever met the experiment would not count for the holdback.
        await UntilAsync(
            () => Task.FromResult(client.Peek<string?>(parameter, "new-customer-0", null).Source == AssignmentSource.BestPractice),
            orElse: () => Task.FromResult(false),
            cancellationToken).ConfigureAwait(false);
        var served = Enumerable.Range(0, Customers).Count(i =>
            client.GetAssignment<string?>(parameter, $"new-customer-{i}", null) is { Source: AssignmentSource.BestPractice, Value: "mens" });
        await client.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (served == 0)
        {
            console.MarkupLine("   [red]The best practice was not served.[/] The service's log says why.");
            return false;
        }

        console.MarkupLineInterpolated(
            $"   [green]{parameter} = \"mens\"[/] for {served:N0} of {Customers:N0} new customers, the value of before for the {Customers - served:N0} of the holdback.");
        return true;
    }

    /// <summary>Waits for a condition, or for another that makes it pointless, within a bound of real time.</summary>
    private static async Task UntilAsync(Func<Task<bool>> condition, Func<Task<bool>> orElse, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false) && !await orElse().ConfigureAwait(false)
            && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Odds(double logEvidence) => logEvidence switch
    {
        < 0.05 => "none yet",
        < 13.8 => string.Create(CultureInfo.InvariantCulture, $"{Math.Exp(logEvidence):N0} : 1"),
        _ => string.Create(CultureInfo.InvariantCulture, $"10^{logEvidence / Math.Log(10):N0} : 1"),
    };
}
