using Experiments.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Architecture.Tests.Samples;

/// <summary>The sample of README.md: an app that reads a parameter and reports what users do.</summary>
internal static class AppSample
{
    public static WebApplication Build(string[] args)
    {
        // sample
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddExperiments(options => options.Endpoint = new Uri("http://127.0.0.1:5080"));
        var app = builder.Build();

        app.MapGet("/checkout", (string user, string country, ExperimentsClient experiments) =>
        {
            var context = new ExperimentContext { Channel = "web", ["country"] = country };
            return experiments.GetValue("checkout.button", user, context, defaultValue: "grey");
        });
        app.MapPost("/orders", (string user, double amount, ExperimentsClient experiments) =>
            experiments.Track("purchase", user, amount));
        // end
        return app;
    }
}
