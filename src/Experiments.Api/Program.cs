using Experiments.Api.Access;
using Experiments.Api.Allocations;
using Experiments.Api.Analyses;
using Experiments.Api.Archive;
using Experiments.Api.Assignments;
using Experiments.Api.BestPractices;
using Experiments.Api.Catalog;
using Experiments.Api.Dashboard;
using Experiments.Api.Demo;
using Experiments.Api.Events;
using Experiments.Api.Experiments;
using Experiments.Api.Features;
using Experiments.Api.Hypotheses;
using Experiments.Api.Identities;
using Experiments.Api.Knowledge;
using Experiments.Api.Kpis;
using Experiments.Api.Observability;
using Experiments.Api.Ofrep;
using Experiments.Api.PolicyValues;
using Experiments.Api.Promotion;
using Experiments.Api.Results;
using Experiments.Api.Shared;
using Experiments.Api.Shared.OpenApi;
using Experiments.Api.Store;
using Experiments.Api.Users;
using Experiments.Api.Webhooks;
using Spectre.Console;

return await ServiceRun.ExitCodeAsync(
    () => args switch
    {
        _ when KeysCommand.Handles(args) => KeysCommand.RunAsync(args, Console.Out, Console.Error),
        _ when ArchiveCommand.Handles(args) => ArchiveCommand.RunAsync(args, AnsiConsole.Console),
        _ when DemoCommand.Handles(args) => new DemoCommand(Service.Build, AnsiConsole.Console).RunAsync(args),
        _ => Service.Build(args).RunServiceAsync(),
    },
    Console.Error);

/// <summary>The service, slice by slice.</summary>
internal static class Service
{
    public static WebApplication Build(string[] args) => Build(args, _ => { });

    /// <param name="args">Arguments of the program: settings.</param>
    /// <param name="configure">What the caller settles first, such as another clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure(builder);
        builder.AddDefaults();
        builder.AddAccess();
        builder.AddObservability();
        builder.Services.AddStore(builder.Configuration);
        builder.Services.AddShared();
        builder.Services.AddArchive();
        builder.Services.AddCatalog();
        builder.Services.AddAssignments();
        builder.Services.AddOfrep();
        builder.Services.AddEvents();
        builder.Services.AddUsers();
        builder.Services.AddResults();
        builder.Services.AddPromotion();
        builder.Services.AddDashboard();
        builder.Services.AddKnowledge();
        builder.Services.AddWebhooks();
        builder.Services.AddOpenApiDescription();

        var app = builder.Build();
        app.UseOfrep();
        app.UseShared();
        app.UseDashboard();
        app.UseAccess();
        app.MapAccess();
        app.MapKpis();
        app.MapHypotheses();
        app.MapExperiments();
        app.MapFeatures();
        app.MapBestPractices();
        app.MapAssignments();
        app.MapOfrep();
        app.MapEvents();
        app.MapUsers();
        app.MapIdentities();
        app.MapResults();
        app.MapPromotion();
        app.MapKnowledge();
        app.MapPolicyValues();
        app.MapAnalyses();
        app.MapAllocations();
        app.MapWebhooks();
        app.MapAudit();
        app.MapHealth();
        app.MapDashboard();
        app.MapObservability();
        app.MapOpenApiDescription();
        return app;
    }
}
