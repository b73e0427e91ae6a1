using System.Text.Json;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Support;

/// <summary>Makes the decider of a test host look: its clock is the test's.</summary>
internal static class Looks
{
    /// <summary>Moves the clock by a quarter of an hour and waits until the decider has looked since.</summary>
    public static async Task<JsonElement> OneMoreAsync(ApiHost host, ApiClient api, string experiment)
    {
        // At the latest after a quarter of an hour a look is due, moved moments or not.
        host.Clock.Advance(TimeSpan.FromMinutes(16));
        var mark = host.Clock.GetUtcNow();
        return await ApiClient.UntilAsync(
            () => api.GetAsync($"/v1/experiments/{experiment}/history"),
            history => history.GetProperty("points").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last
                && last.GetProperty("at").GetDateTimeOffset() >= mark,
            () => host.Clock.Advance(TimeSpan.FromSeconds(1)));
    }
}
