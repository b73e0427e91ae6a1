using Experiments.Api.Store;
using Experiments.Api.Store.Redis;
using Experiments.Api.Store.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Tests.Store;

public sealed class StoreRegistrationTests(SharedRedis redis) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddStore_NoRedis_OpensTheFolderAtTheStartOfTheHost()
    {
        using var host = Host(("Experiments:Data", _folder.Path));
        await host.StartAsync(Token);

        Assert.IsType<SqliteStore>(host.Services.GetRequiredService<IStore>());
        Assert.Equal(["s0"], host.Services.GetRequiredService<ShardMap>().All);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddStore_Redis_ConnectsAtTheStartOfTheHost()
    {
        using var host = Host(
            ("Experiments:Redis", await redis.ConnectionStringAsync()), ("Experiments:RedisPrefix", SharedRedis.NewPrefix()));
        await host.StartAsync(Token);

        Assert.IsType<RedisStore>(host.Services.GetRequiredService<IStore>());
        Assert.Equal(["s0", "s1", "s2", "s3"], host.Services.GetRequiredService<ShardMap>().All);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddStore_RelativeFolder_IsUnderTheContentRoot()
    {
        Directory.CreateDirectory(_folder.Path);
        using var host = Host(("contentRoot", _folder.Path));
        await host.StartAsync(Token);

        Assert.True(File.Exists(Path.Combine(_folder.Path, "data", "experiments.db")));
        await host.StopAsync(Token);
    }

    [Theory]
    [InlineData("Experiments:Shards", "0")]
    [InlineData("Experiments:RedisPrefix", "{tag}")]
    [InlineData("Experiments:Data", "")]
    public async Task AddStore_WrongSetting_StopsTheHost(string name, string value)
    {
        using var host = Host((name, value));

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
    }

    [Fact]
    public async Task AddStore_AnotherNumberOfShards_StopsTheHost()
    {
        using (var first = Host(("Experiments:Data", _folder.Path)))
        {
            await first.StartAsync(Token);
        }

        using var second = Host(("Experiments:Data", _folder.Path), ("Experiments:Shards", "2"));

        await Assert.ThrowsAsync<StoreRefusedException>(() => second.StartAsync(Token));
    }

    private static IHost Host(params (string Name, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            DisableDefaults = true,
            Configuration = new ConfigurationManager(),
            ContentRootPath = settings.FirstOrDefault(setting => setting.Name == "contentRoot").Value,
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Services.AddStore(builder.Configuration);
        return builder.Build();
    }
}
