using Experiments.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Architecture.Tests.Samples;

/// <summary>The sample of the package's README: a value, a bandit's value, a person's two ids, a KPI event, health.</summary>
internal static class PackageSample
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        // sample
        builder.Services.AddExperiments(options => options.Endpoint = new Uri("https://experiments.example.com"));
        builder.Services.AddHealthChecks().AddExperimentsHealth();                              // Degraded, and why, while the service is away
        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapGet("/checkout", async (string user, ExperimentsClient experiments) =>
        {
            var context = new ExperimentContext { Channel = "web", ["country"] = "FR" };
            var title = experiments.GetValue("checkout.title", user, context, "Your basket");   // local; exposes the user, once
            var offer = await experiments.GetValueAsync("checkout.offer", user, context, 0);    // a bandit: users keep their variant
            return $"{title}: {offer} % off";
        });
        app.MapPost("/login", (string user, string cookie, ExperimentsClient experiments) => experiments.Alias(user, cookie));
        app.MapPost("/orders", (string user, string order, double amount, ExperimentsClient experiments) =>
            experiments.Track("purchase", user, amount, new TrackDetails { Id = order }));      // no I/O; twice is once
        // end
        return app;
    }
}
