using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Clients;

/// <summary>A client made of the description by a generator of others compiles, and is enough for all that the service is for.</summary>
public sealed class GeneratedClientTests
{
    [Fact]
    public async Task Client_OfTheDescription_RunsTheWholeLoop()
    {
        await using var api = new ApiHost();
        var source = await GeneratedClient.SourceAsync((await api.GetAsync("/openapi.yaml")).Text);
        var run = GeneratedClient.Compile(source, Loop()).GetType("WholeLoop")!.GetMethod("RunAsync")!;
        using var http = api.CreateClient();

        var seen = await (Task<List<string>>)run.Invoke(null, [http])!;

        Assert.Equal(
            [
                "status running", "arms green grey", "verdict undecided", "health ok", "practice active #0a0 from green-button",
                "page 1 next null", "decision promote", "flag TARGETING_MATCH #0a0", "then retired", "409 wrong-state", "400 invalid-request key",
            ],
            seen);
    }

    private static string Loop()
    {
        using var stream = typeof(GeneratedClientTests).Assembly.GetManifestResourceStream("WholeLoop.cs")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
