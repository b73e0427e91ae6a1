using System.Globalization;
using System.Text.Json;
using Experiments.Api.Tests.Support;

namespace Experiments.Browser.Tests.Support;

/// <summary>A company's tests, told day by day on a simulated clock: what the pages are looked at with.</summary>
/// <remarks>Everything is deterministic: users take turns, and what they do follows from their number.</remarks>
internal sealed class Story(ApiClient api, Action<DateTimeOffset> advanceTo, DateTimeOffset began)
{
    public const string Running = "delivery-costs";
    public const string Won = "green-button";
    public const string Withheld = "free-returns";
    public const string Shares = "banner";
    public const string Draft = "reminder";
    public const string Empty = "gift-wrap";
    public const string Many = "fifty-titles";
    public const string Hostile = "hostile";

    public const string Script = "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\">";
    public const string RightToLeft = "مرحبا بالعالم: العرض الجديد";

    private const int Days = 12;

    /// <summary>Nothing is promoted by itself while the story is told.</summary>
    private const string Slow = """{"decision":{"minimumDays":28}}""";

    public async Task TellAsync()
    {
        advanceTo(began);
        await KpisAsync();
        await ExperimentsAsync();
        for (var day = 0; day < Days; day++)
        {
            advanceTo(began.AddDays(day).AddHours(7));
            await DayAsync(day);
            var midnight = began.AddDays(day + 1).AddMinutes(1);
            advanceTo(midnight);
            await UntilLookedAtAsync(Running, midnight);
        }

        await ApiClient.UntilAsync(
            () => api.GetAsync($"/v1/experiments/{Won}"), e => e.GetProperty("promotedVariant").ValueKind == JsonValueKind.String,
            () => advanceTo(began.AddDays(Days + 2)));
        await ShowHoldbackAsync();
    }

    private async Task KpisAsync()
    {
        await api.PostAsync("/v1/kpis", """{"key":"purchase","name":"purchases","type":"proportion","direction":"increase","window":"PT1H","pillar":"transaction"}""");
        await api.PostAsync("/v1/kpis", """{"key":"basket","name":"basket value","type":"mean","direction":"increase","window":"PT1H","unit":"EUR"}""");
        await api.PostAsync("/v1/kpis", """{"key":"return","name":"returns","type":"proportion","direction":"decrease","window":"PT1H"}""");
    }

    private async Task ExperimentsAsync()
    {
        await DefineAsync(Running, "40 % of baskets are left at the delivery step", "show delivery costs in the basket",
            """{"secondaryKpis":["basket"],"guardrails":[{"kpi":"return","margin":0.1}],"breakdowns":["channel"],"decision":{"minimumDays":28,"minimumDetectableLift":0.1}}""");
        await DefineAsync(Won, "visitors overlook the grey button", "a green button", """{"decision":{"minimumDays":7,"maximumRelativeLoss":0.05}}""");
        await DefineAsync(Withheld, "returns frighten first-time buyers", "promise free returns", "{}");
        await DefineAsync(Shares, "everybody sees the same banner", "let the banner fit the season", Slow,
            """[{"key":"today","name":"As today","weight":1,"value":null},{"key":"autumn","name":"Autumn","weight":1,"value":"autumn"},{"key":"winter","name":"Winter","weight":1,"value":"winter"},{"key":"sale","name":"Sale","weight":1,"value":"sale"}]""");
        await DefineAsync(Draft, "people forget their basket", "send a reminder after a day", "{}", start: false);
        await DefineAsync(Empty, "gifts are wrapped at home", "offer to wrap gifts", "{}");
        var fifty = string.Join(',', Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($$"""{"key":"t{{i}}","name":"Title {{i}}","weight":1,"value":"t{{i}}"}""")));
        await DefineAsync(Many, "titles decide who opens", "choose among fifty titles", Slow, $"[{fifty}]");
        await HostileAsync();
    }

    private async Task HostileAsync()
    {
        var name = JsonSerializer.Serialize(Script + new string('W', 200 - Script.Length));
        await api.PostAsync("/v1/kpis", $$"""{"key":"hostile-kpi","name":{{name}},"type":"proportion","direction":"increase","window":"PT1H","unit":"<b>"}""");
        await DefineAsync(Hostile, Script + RightToLeft, RightToLeft + Script, """{"primaryKpi":"hostile-kpi","breakdowns":["channel"]}""",
            $$"""[{"key":"a","name":{{name}},"weight":1,"value":"<script>"},{"key":"b","name":{{JsonSerializer.Serialize(RightToLeft)}},"weight":1,"value":{{JsonSerializer.Serialize(Script)}}}]""");
        await api.EventsAsync(Enumerable.Range(0, 200).Select(i =>
            Event.Exposure($"h{i}", Hostile, i % 2 == 0 ? "a" : "b", began, attribute: ("channel", Script[..60]))));
    }

    private async Task DefineAsync(string key, string because, string change, string more, string? variants = null, bool start = true)
    {
        var hypothesis = JsonSerializer.Serialize(new
        {
            key,
            because,
            change,
            audience = "all visitors",
            expect = new { kpi = "purchase", direction = "increase", lift = 0.1, confidence = 0.6 },
            pillar = "transaction",
        });
        await api.PostAsync("/v1/hypotheses", hypothesis);
        var experiment = System.Text.Json.Nodes.JsonNode.Parse(more)!.AsObject();
        experiment["key"] = key;
        experiment["hypothesis"] = key;
        experiment["parameter"] = "shop." + key;
        experiment["primaryKpi"] ??= "purchase";
        experiment["variants"] = System.Text.Json.Nodes.JsonNode.Parse(
            variants ?? """[{"key":"today","name":"As today","weight":1,"value":null},{"key":"new","name":"New","weight":1,"value":true}]""");
        experiment["control"] = experiment["variants"]![0]!["key"]!.GetValue<string>();
        await api.PostAsync("/v1/experiments", experiment.ToJsonString());
        if (start) await api.PostAsync($"/v1/experiments/{key}/start");
    }

    private async Task DayAsync(int day)
    {
        if (day is 3 or 6 or 9) await ReweightAsync(day);
        advanceTo(began.AddDays(day).AddHours(20));
        await api.EventsAsync(Crowd(Running, day, ["today", "new"], [500, 500], [100, 116]));
        await api.EventsAsync(Crowd(Won, day, ["today", "new"], [300, 300], [90, 140]));
        await api.EventsAsync(Crowd(Withheld, day, ["today", "new"], [100, 34], [100, 100]));
        await api.EventsAsync(Crowd(Shares, day, ["today", "autumn", "winter", "sale"], [.. WeightsOn(day).Select(w => 3 * w)], [150, 170, 210, 240]));
        if (day == 0) await api.EventsAsync(Crowd(Many, day, [.. Enumerable.Range(0, 50).Select(i => $"t{i}")], [.. Enumerable.Repeat(40, 50)], [.. Enumerable.Range(0, 50).Select(i => 100 + i)]));
    }

    private static int[] WeightsOn(int day) => day switch { < 3 => [25, 25, 25, 25], < 6 => [25, 20, 25, 30], < 9 => [20, 10, 30, 40], _ => [20, 5, 20, 55] };

    private async Task ReweightAsync(int day)
    {
        var weights = WeightsOn(day);
        string[] keys = ["today", "autumn", "winter", "sale"];
        string[] names = ["As today", "Autumn", "Winter", "Sale"];
        var variants = keys.Select((k, i) => $$"""{"key":"{{k}}","name":"{{names[i]}}","weight":{{weights[i].ToString(CultureInfo.InvariantCulture)}},"value":{{(i == 0 ? "null" : $"\"{k}\"")}}}""");
        await api.PatchAsync($"/v1/experiments/{Shares}", $$"""{"variants":[{{string.Join(',', variants)}}]}""");
    }

    /// <param name="experiment">Its key.</param>
    /// <param name="day">Day of the story.</param>
    /// <param name="variants">Keys.</param>
    /// <param name="users">By variant.</param>
    /// <param name="perMille">Buyers of a thousand, by variant.</param>
    private IEnumerable<Event> Crowd(string experiment, int day, string[] variants, int[] users, int[] perMille)
    {
        for (var v = 0; v < variants.Length; v++)
        {
            for (var i = 0; i < users[v]; i++)
            {
                var user = string.Create(CultureInfo.InvariantCulture, $"{experiment}-{variants[v]}-{day}-{i}");
                var at = began.AddDays(day).AddHours(8).AddSeconds(i * 60);
                yield return Event.Exposure(user, experiment, variants[v], at, attribute: ("channel", i % 3 == 0 ? "app" : "web"));
                if (!Happens(day, i, perMille[v])) continue;
                yield return Event.Kpi(user, "purchase", at: at.AddMinutes(5));
                if (experiment != Running) continue;
                yield return Event.Kpi(user, "basket", 30 + (i * 7 % 50) + (v * 2), at.AddMinutes(5));
                if (i % 5 == 0) yield return Event.Kpi(user, "return", at: at.AddMinutes(40));
            }
        }
    }

    // Spread over days and users, without chance and without a pattern that a day could fall into.
    private static bool Happens(int day, int user, int perMille) => (((day * 7919L) + (user * 104729L)) % 1009) * 1000 / 1009 < perMille;

    private async Task UntilLookedAtAsync(string experiment, DateTimeOffset at) => await ApiClient.UntilAsync(
        () => api.GetAsync($"/v1/experiments/{experiment}/history"),
        h => h.GetProperty("points") is var points && points.GetArrayLength() is > 0 and var n && points[n - 1].GetProperty("at").GetDateTimeOffset() >= at);

    private async Task ShowHoldbackAsync()
    {
        var served = await api.GetAsync($"/v1/best-practices/{Won}");
        Assert.Equal("active", served.GetProperty("state").GetString());
    }
}
