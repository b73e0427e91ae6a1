using System.Text.Json;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.RealData;

/// <summary>The e-mail test of Hillstrom 2008: 64,000 customers, two e-mails against none.</summary>
internal static class Hillstrom
{
    public const string Key = "hillstrom";

    public const string Query =
        "variant=segment&kpi=visit:visit&kpi=conversion:conversion&kpi=spend:spend&complete=true"
        + "&attribute=womens:womens&attribute=mens:mens&attribute=newbie:newbie&attribute=channel:channel&attribute=zip_code:zip_code";

    /// <summary>Keys of the variants by the names that the file and the reference use.</summary>
    public static readonly IReadOnlyDictionary<string, string> Variants = new Dictionary<string, string>
    {
        ["No E-Mail"] = "none",
        ["Mens E-Mail"] = "mens",
        ["Womens E-Mail"] = "womens",
    };

    public static async Task DefineAsync(ApiClient api)
    {
        await api.PostAsync("/v1/kpis", """{"key":"visit","type":"proportion","direction":"increase"}""");
        await api.PostAsync("/v1/kpis", """{"key":"conversion","type":"proportion","direction":"increase"}""");
        await api.PostAsync("/v1/kpis", """{"key":"spend","type":"mean","direction":"increase"}""");
        await api.PostAsync("/v1/hypotheses",
            """
            {"key":"men-buy-again","because":"past buyers like to be reminded","change":"an e-mail with men's goods","audience":"buyers of the last year",
             "expect":{"kpi":"visit","direction":"increase","lift":0.3,"confidence":0.7}}
            """);
        await api.PostAsync("/v1/experiments",
            """
            {"key":"hillstrom","hypothesis":"men-buy-again","parameter":"email.spring","control":"none","primaryKpi":"visit",
             "variants":[{"key":"none","name":"No E-Mail","weight":1,"value":null},{"key":"mens","name":"Mens E-Mail","weight":1,"value":"mens"},
                         {"key":"womens","name":"Womens E-Mail","weight":1,"value":"womens"}],
             "secondaryKpis":["conversion","spend"],"breakdowns":["womens","mens","newbie","channel","zip_code"]}
            """);
        await api.PostAsync("/v1/experiments/hillstrom/start", """{"at":"2008-03-20T00:00:00Z"}""");
    }

    public static Task<JsonElement> ImportAsync(ApiClient api) => api.ImportAsync(Key, Query, SharedData.Read("hillstrom.csv.gz"));
}
