namespace Experiments.Api.Tests.Features;

/// <summary>Documents of Microsoft.FeatureManagement.</summary>
internal static class FlagFiles
{
    /// <summary>Flags that can be taken over: seeds given and not, uneven shares, gaps, names, groups, an off variant, a share of the filter.</summary>
    public const string Good = """
        {"Logging":{"LogLevel":{"Default":"Information"}},
         "feature_management":{"feature_flags":[
          {"id":"Checkout","description":"not read","enabled":true,"telemetry":{"enabled":true},
           "variants":[{"name":"Old","configuration_value":"old"},{"name":"Big Button","configuration_value":"big"},{"name":"Small","configuration_value":"small"}],
           "allocation":{"default_when_enabled":"Old","default_when_disabled":"Old",
            "percentile":[{"variant":"Big Button","from":0,"to":30},{"variant":"Small","from":30,"to":75}],
            "user":[{"variant":"Small","users":["tester@example.org","qa"]}],
            "group":[{"variant":"Big Button","groups":["beta","staff"]}]}},
          {"id":"Greeting.v2","enabled":true,"variants":[{"name":"A","status_override":"Disabled"},{"name":"B"},{"name":"C","status_override":"Enabled"}],
           "allocation":{"seed":"seed-7","percentile":[{"variant":"C","from":0,"to":33.3333},{"variant":"A","from":33.3333,"to":50},{"variant":"B","from":50,"to":90.5}]}},
          {"id":"Limits","enabled":true,
           "variants":[{"name":"low","configuration_value":{"rows":10,"ratio":0.5,"tags":["x","y"],"on":true}},{"name":"high","configuration_value":{"rows":1e3}}],
           "allocation":{"percentile":[{"variant":"low","from":0,"to":0.5},{"variant":"high","from":0.5,"to":100}]}},
          {"id":"Banner","enabled":true,"conditions":{"client_filters":[{"name":"Microsoft.Targeting",
           "parameters":{"Audience":{"Users":["qa"],"Groups":[{"Name":"beta","RolloutPercentage":100},{"Name":"other","RolloutPercentage":0}],
            "DefaultRolloutPercentage":25,"Exclusion":{"Users":["tester@example.org"]}}}}]}}]}}
        """;

    /// <summary>Flags that cannot, each with its code.</summary>
    public const string Refused = """
        {"feature_management":{"feature_flags":[
          {"id":"off","enabled":false,"variants":[{"name":"A"},{"name":"B"}]},
          {"id":"no-variants","enabled":true},
          {"id":"percentage-filter","enabled":true,"conditions":{"client_filters":[{"name":"Microsoft.Percentage","parameters":{"Value":50}}]}},
          {"id":"filters","enabled":true,"conditions":{"client_filters":[{"name":"Microsoft.TimeWindow","parameters":{"Start":"Wed, 01 May 2024"}}]},
           "variants":[{"name":"A"},{"name":"B"}],"allocation":{"percentile":[{"variant":"A","from":0,"to":50},{"variant":"B","from":50,"to":100}]}},
          {"id":"targeting-rules","enabled":true,"conditions":{"client_filters":[{"name":"Targeting",
           "parameters":{"Audience":{"Groups":[{"Name":"beta","RolloutPercentage":40}],"DefaultRolloutPercentage":10}}}]}},
          {"id":"nothing-to-compare","enabled":true,"variants":[{"name":"A"},{"name":"B"}],"allocation":{"default_when_enabled":"A"}},
          {"id":"variant-names","enabled":true,"variants":[{"name":"A b"},{"name":"a B"}],
           "allocation":{"percentile":[{"variant":"A b","from":0,"to":50},{"variant":"a B","from":50,"to":100}]}},
          {"id":"not-valid","enabled":true,"variants":[{"name":"A","configuration_value":1},{"name":"B","configuration_value":"1"}],
           "allocation":{"percentile":[{"variant":"A","from":0,"to":50},{"variant":"B","from":50,"to":100}]}},
          {"id":"Two words: name","enabled":true,"variants":[{"name":"A"},{"name":"B"}]}]}}
        """;
}
