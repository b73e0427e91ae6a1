using Experiments.Api.Demo;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(Experiments.Browser.Tests.Support.Site))]

namespace Experiments.Browser.Tests.Support;

/// <summary>The whole service on a real port with a company's tests in it, told on a simulated clock; shared by all tests.</summary>
public sealed class Site : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication? _service;
    private HttpClient? _http;

    internal Chromium Browser { get; } = new();

    public string Url { get; private set; } = "";

    internal ApiClient Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Without a browser every test is skipped, and a story would be told to nobody.
        if (!await Browser.StartAsync()) return;

        // The story ends about now, so that what tests add afterwards, on the real clock, comes later.
        var began = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(-16);
        var clock = new SimulatedClock(began.AddHours(-1));
        _service = Service.Build([], builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Configuration["urls"] = "http://127.0.0.1:0";
            builder.Configuration["Experiments:Data"] = Path.GetFullPath(_folder.Path);
            builder.Configuration["Experiments:Decider:IntervalSeconds"] = "0.1";
        });
        await _service.StartAsync();
        Url = _service.Urls.First();
        _http = new HttpClient { BaseAddress = new Uri(Url) };
        Api = new ApiClient(_http);
        await new Story(Api, clock.AdvanceTo, began).TellAsync();
        clock.AdvanceTo(TimeProvider.System.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _http?.Dispose();
        if (_service is not null) await _service.DisposeAsync();
        _folder.Dispose();
    }
}
