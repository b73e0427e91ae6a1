using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests.Assignment;

public sealed class AudienceTests
{
    private static readonly ExperimentContext Context = new()
    {
        Channel = "web",
        ["country"] = "FR",
        ["orders"] = 12,
        ["member"] = true,
        ["basket"] = 49.9m,
    };

    [Theory]
    [InlineData("""{"attribute":"country","equals":"FR"}""", true, false)]
    [InlineData("""{"attribute":"country","equals":"fr"}""", false, false)]
    [InlineData("""{"attribute":"orders","equals":12}""", true, false)]
    [InlineData("""{"attribute":"orders","equals":"12"}""", false, false)]
    [InlineData("""{"attribute":"member","equals":true}""", true, false)]
    [InlineData("""{"attribute":"country","in":["BE","FR"]}""", true, false)]
    [InlineData("""{"attribute":"orders","in":[11,12.0]}""", true, false)]
    [InlineData("""{"attribute":"country","notIn":["BE"]}""", true, true)]
    [InlineData("""{"attribute":"country","notIn":["FR"]}""", false, true)]
    [InlineData("""{"attribute":"orders","greaterThan":12}""", false, false)]
    [InlineData("""{"attribute":"orders","atLeast":12}""", true, false)]
    [InlineData("""{"attribute":"orders","lessThan":12}""", false, false)]
    [InlineData("""{"attribute":"orders","atMost":12}""", true, false)]
    [InlineData("""{"attribute":"basket","greaterThan":49.8}""", true, false)]
    [InlineData("""{"attribute":"country","atLeast":1}""", false, false)]
    [InlineData("""{"attribute":"country","contains":"R"}""", true, false)]
    [InlineData("""{"attribute":"country","startsWith":"F"}""", true, false)]
    [InlineData("""{"attribute":"orders","startsWith":"1"}""", false, false)]
    [InlineData("""{"attribute":"country","exists":true}""", true, false)]
    [InlineData("""{"attribute":"country","exists":false}""", false, true)]
    [InlineData("""{"attribute":"channel","equals":"web"}""", true, false)]
    [InlineData("""{"all":[{"attribute":"country","equals":"FR"},{"attribute":"member","equals":true}]}""", true, false)]
    [InlineData("""{"all":[]}""", true, true)]
    [InlineData("""{"any":[]}""", false, false)]
    [InlineData("""{"any":[{"attribute":"country","equals":"BE"},{"attribute":"orders","atLeast":10}]}""", true, false)]
    [InlineData("""{"not":{"attribute":"country","equals":"FR"}}""", false, true)]
    public void Matches_Condition_KnownAndMissingAttributes(string json, bool known, bool missing)
    {
        var audience = Audience.Compile(JsonSerializer.Deserialize<AudienceCondition>(json, JsonSerializerOptions.Web)!);

        Assert.Equal(known, audience.Matches(Context));
        Assert.Equal(missing, audience.Matches(null));
        Assert.Equal(missing, audience.Matches(new ExperimentContext()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"attribute":"country"}""")]
    [InlineData("""{"attribute":"country","matches":"F.*"}""")]
    [InlineData("""{"attribute":"country","equals":"FR","exists":true}""")]
    [InlineData("""{"attribute":"country","equals":{"a":1}}""")]
    [InlineData("""{"equals":"FR"}""")]
    [InlineData("""{"all":[],"any":[]}""")]
    [InlineData("""{"all":[null]}""")]
    [InlineData("""{"not":{"all":[{}]}}""")]
    public void Compile_UnknownForm_IsRefusedWhole(string json) =>
        Assert.Throws<FormatException>(() => Audience.Compile(JsonSerializer.Deserialize<AudienceCondition>(json, JsonSerializerOptions.Web)!));
}
