using Experiments.Api.Access;
using Experiments.Api.Assignments;
using Experiments.Api.BestPractices;
using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Hypotheses;
using Experiments.Api.Kpis;
using Experiments.Api.Shared;
using Experiments.Api.Shared.OpenApi;
using Experiments.Api.Store;

return await ServiceRun.ExitCodeAsync(
    () => KeysCommand.Handles(args) ? KeysCommand.RunAsync(args, Console.Out, Console.Error) : Service.Build(args).RunServiceAsync(),
    Console.Error);

/// <summary>The service, slice by slice.</summary>
internal static class Service
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddDefaults();
        builder.AddAccess();
        builder.Services.AddStore(builder.Configuration);
        builder.Services.AddShared();
        builder.Services.AddCatalog();
        builder.Services.AddAssignments();
        builder.Services.AddOpenApiDescription();

        var app = builder.Build();
        app.UseShared();
        app.UseAccess();
        app.MapKpis();
        app.MapHypotheses();
        app.MapExperiments();
        app.MapBestPractices();
        app.MapAssignments();
        app.MapAudit();
        app.MapHealth();
        app.MapHome();
        app.MapOpenApiDescription();
        return app;
    }
}
