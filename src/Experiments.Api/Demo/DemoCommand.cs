using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Spectre.Console;

namespace Experiments.Api.Demo;

/// <summary>The command <c>demo</c>: the whole loop on a real campaign, from a hypothesis to a best practice served by the SDK.</summary>
internal sealed class DemoCommand(Func<string[], Action<WebApplicationBuilder>, WebApplication> service, IAnsiConsole console)
{
    private const string Experiment = "spring-email";
    private const string Parameter = "email.spring";
    private const int CampaignDays = 21;
    private const int Seed = 2008;

    // Whole weeks close a day after their last customer's window: the campaign began this many days ago and is decided just before now.
    private const int BeganDaysAgo = CampaignDays + 3;

    public static bool Handles(string[] args) => args is ["demo", ..];

    /// <returns>0 when the best practice was served, 1 otherwise.</returns>
    public async Task<int> RunAsync(string[] args)
    {
        var exits = args.Contains("--exit");
        var today = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var began = today.AddDays(-BeganDaysAgo);
        var clock = new SimulatedClock(began.AddHours(-1));
        var folder = Directory.CreateTempSubdirectory("experiments-demo-");
        try
        {
            await using var app = service(
                [.. args.Skip(1).Where(a => a != "--exit")], builder => Configure(builder, clock, folder.FullName, args));
            await app.StartAsync();
            var url = app.Urls.First();
            await using var apps = AppWith(url, clock);
            var served = await new DemoStory(console, clock, began, CampaignDays, Seed).TellAsync(url, apps, Experiment, Parameter, app.Lifetime.ApplicationStopping);
            clock.AdvanceTo(TimeProvider.System.GetUtcNow());
            if (exits)
            {
                await app.StopAsync();
                return served ? 0 : 1;
            }

            SayWhereToLook(url);
            await app.WaitForShutdownAsync();
            return served ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Configure(WebApplicationBuilder builder, SimulatedClock clock, string folder, string[] args)
    {
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration["Experiments:Data"] = folder;
        builder.Configuration["Experiments:Redis"] = null;
        builder.Configuration["Experiments:Decider:IntervalSeconds"] = "0.1";
        if (!args.Contains("--urls")) builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort(5080).ToString(CultureInfo.InvariantCulture)}");
    }

    // The usual port when it is free, so that the page stands where the README says.
    private static int FreePort(int wanted)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, wanted);
            probe.Start();
            return wanted;
        }
        catch (SocketException)
        {
            using var any = new TcpListener(IPAddress.Loopback, 0);
            any.Start();
            return ((IPEndPoint)any.LocalEndpoint).Port;
        }
    }

    private static ServiceProvider AppWith(string url, TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(clock);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddExperiments(options =>
        {
            options.Endpoint = new Uri(url);
            options.InMemoryOnly = true;
        });
        return services.BuildServiceProvider();
    }

    private void SayWhereToLook(string url)
    {
        console.WriteLine();
        console.MarkupLine("[bold]The service stays up.[/] Look around, then press Ctrl+C:");
        foreach (var (path, what) in new[]
        {
            ($"/v1/experiments/{Experiment}/results?lang=fr", "the result, in French"),
            ($"/v1/experiments/{Experiment}/decisions", "what was decided, on which evidence"),
            ("/v1/best-practices", "what was learned"),
            ("/v1/audit/verify", "the audit chain, checked"),
            ("/swagger", "the API"),
        })
        {
            console.MarkupLineInterpolated($"  [link]{url}{path}[/]  [grey]{what}[/]");
        }
    }
}
