using Experiments.Api.Access;
using Experiments.Api.Events.Import;
using Experiments.Api.Events.Intake;
using Experiments.Api.Events.Ledger;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Experiments.Api.Events;

/// <summary>Events in: intake, import, ledger.</summary>
internal static class EventsSlice
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddOptions<LedgerOptions>().BindConfiguration(LedgerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<ILedgerSchemaSource, CatalogSchemaSource>();
        services.AddSingleton<EventLedger>();
        services.AddSingleton<MomentsReader>();
        services.AddSingleton<ImportLease>();
        services.AddSingleton<CsvImport>();
        return services.AddHostedService<LedgerStart>();
    }

    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        CollectEvents.Map(app.MapGroup("/v1").WithTags("Events").Requires(read: Role.App, write: Role.App).ForBrowsers());
        ImportHistory.Map(app.MapGroup("/v1").WithTags("Experiments").Requires(read: Role.Marketer, write: Role.Marketer));
    }
}
