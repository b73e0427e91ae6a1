using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Experiments.Sdk.Tests;

public sealed class ExperimentsOptionsTests
{
    [Theory]
    [InlineData("Endpoint", "")]
    [InlineData("Endpoint", "relative/path")]
    [InlineData("Endpoint", "ftp://example.com")]
    [InlineData("Endpoint", "http://user:secret@example.com")]
    [InlineData("Endpoint", "ftp://user:secret@example.com")]
    [InlineData("ApiKey", "two words")]
    [InlineData("ApiKey", "line\nbreak")]
    [InlineData("Redis", "localhost,nonsense=1")]
    [InlineData("Redis", "")]
    [InlineData("RedisPrefix", "{brace}")]
    [InlineData("BatchSize", "0")]
    [InlineData("BatchSize", "10001")]
    [InlineData("FlushInterval", "00:00:00")]
    [InlineData("SnapshotPollInterval", "-00:00:01")]
    [InlineData("StartupWait", "01:00:00")]
    [InlineData("OutboxCapacity", "5")]
    [InlineData("RequestTimeout", "00:00:00")]
    [InlineData("ShutdownWait", "-00:00:01")]
    [InlineData("Folder", " ")]
    [InlineData("OutboxBytes", "1000")]
    public async Task Start_WrongSetting_FailsNamingTheOption(string option, string value)
    {
        using var host = Host(("Endpoint", "http://127.0.0.1:1/"), (option, value));
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(option, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoEndpoint_FailsNamingIt()
    {
        using var host = Host();
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Endpoint", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ServiceAway_HostStartsInTimeAndStops()
    {
        using var host = Host(("Endpoint", "http://127.0.0.1:1/"), ("StartupWait", "00:00:00.1"), ("ShutdownWait", "00:00:00.1"), ("InMemoryOnly", "true"));
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("default", host.Services.GetRequiredService<ExperimentsClient>().GetValue("p", "u", "default"));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void AddExperiments_CodeAndConfiguration_CodeWins()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Experiments:Endpoint"] = "https://a.example/base",
            ["Experiments:BatchSize"] = "7",
        }).Build());
        services.AddExperiments(options => options.BatchSize = 9);
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<ExperimentsOptions>>().Value;

        Assert.Equal(new Uri("https://a.example/base"), options.Endpoint);
        Assert.Equal(9, options.BatchSize);
    }

    private static IHost Host(params (string Option, string Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Experiments:{s.Option}", (string?)s.Value))
            .GroupBy(pair => pair.Key).Select(group => group.Last()));
        builder.Services.AddExperiments();
        return builder.Build();
    }
}
