using System.Net;
using System.Net.Http.Headers;

namespace Shop;

/// <summary>The shop's hypotheses and experiments, as a marketer would write them over HTTP. Sent again, what exists stays.</summary>
internal static class Definitions
{
    private static readonly (string Path, object Body)[] All =
    [
        ("kpis", new { key = "purchase", type = "proportion", direction = "increase", window = "P1D" }),
        ("kpis", new { key = "revenue", type = "mean", direction = "increase", window = "P1D", @event = "purchase", cap = 500, unit = "EUR" }),
        ("hypotheses", Hypothesis("title-invites", "a greeting says nothing about the goods", "a title that names the season")),
        ("experiments", Experiment("shop-title", "title-invites", "shop.title", ("plain", null), ("season", "Ready for autumn?"))),
        ("hypotheses", Hypothesis("banner-pulls", "visitors fear the cost of delivery", "a banner that takes the fear away")),
        ("experiments", Experiment("shop-banner", "banner-pulls", "shop.banner",
            ("plain", null), ("gift", "A gift with every order"), ("returns", "Free returns for 60 days")) with { Kind = "bandit" }),
        ("hypotheses", Hypothesis("express-sells", "every page on the way to the order loses visitors", "a checkout of one click")),
        ("experiments", Experiment("shop-express", "express-sells", "shop.express", ("off", false), ("on", true))),
        ("hypotheses", Hypothesis("cheap-first", "visitors look at the first goods only", "the cheapest goods first")),
        ("experiments", Experiment("sorting", "cheap-first", "shop.sorting", ("newest", null), ("cheapest", null))),
    ];

    public static async Task SendAsync(IHttpClientFactory clients, IConfiguration configuration, TextWriter output)
    {
        using var http = clients.CreateClient();
        http.BaseAddress = new Uri(new Uri(configuration["Experiments:Endpoint"]!), "/v1/");
        if (configuration["Experiments:ApiKey"] is { Length: > 0 } key) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (path, body) in All)
        {
            await PostAsync(http, path, body, output);
            if (body is ExperimentBody experiment) await PostAsync(http, $"experiments/{experiment.Key}/start", new { }, output);
        }
    }

    private static async Task PostAsync(HttpClient http, string path, object body, TextWriter output)
    {
        using var answer = await http.PostAsJsonAsync(path, body);

        // 409: it exists, or runs already.
        if (!answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.Conflict)
            throw new HttpRequestException($"{path} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        await output.WriteLineAsync($"{(int)answer.StatusCode} {path}");
    }

    private static object Hypothesis(string key, string because, string change) => new
    {
        key,
        because,
        change,
        audience = "all visitors",
        expect = new { kpi = "purchase", direction = "increase", lift = 0.1, confidence = 0.6 },
    };

    private static ExperimentBody Experiment(string key, string hypothesis, string parameter, params (string Key, object? Value)[] variants) => new(
        key, hypothesis, "ab", parameter, variants[0].Key, "purchase", ["revenue"],
        [.. variants.Select(variant => new VariantBody(variant.Key, 1, variant.Value))]);

    private sealed record ExperimentBody(
        string Key, string Hypothesis, string Kind, string Parameter, string Control, string PrimaryKpi, string[] SecondaryKpis, VariantBody[] Variants);

    private sealed record VariantBody(string Key, double Weight, object? Value);
}
