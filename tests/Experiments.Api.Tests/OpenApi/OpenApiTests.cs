using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.OpenApi;

public sealed class OpenApiTests
{
    /// <summary>Set to 1 to write the file anew: <c>EXPERIMENTS_WRITE_OPENAPI=1 dotnet test</c>.</summary>
    private const string WriteVariable = "EXPERIMENTS_WRITE_OPENAPI";

    [Fact]
    public async Task CommittedDescription_IsThatOfTheRunningService()
    {
        await using var api = new ApiHost();
        var running = (await api.GetAsync("/openapi.yaml")).Text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = Path.Combine(Repository.Root, "openapi.yaml");
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
            await File.WriteAllTextAsync(file, running, TestContext.Current.CancellationToken);

        var committed = File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : "";
        Assert.True(committed.ReplaceLineEndings("\n") == running, $"openapi.yaml differs from the service; write it anew with {WriteVariable}=1 and review the difference.");
    }

    [Fact]
    public async Task EveryOperation_HasAUniqueIdASummaryAndATag()
    {
        await using var api = new ApiHost();
        var operations = (await api.GetAsync("/openapi.json")).Json.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()).Select(o => o.Value).ToList();
        Assert.All(operations, o =>
        {
            Assert.NotEmpty(o.GetProperty("operationId").GetString()!);
            Assert.NotEmpty(o.GetProperty("summary").GetString()!);
            Assert.NotEqual(0, o.GetProperty("tags").GetArrayLength());
        });
        Assert.Equal(operations.Count, operations.Select(o => o.GetProperty("operationId").GetString()).Distinct().Count());
    }
}
