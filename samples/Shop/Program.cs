using System.Text.Json.Serialization;
using Experiments.Sdk;
using Microsoft.FeatureManagement;
using Shop;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpContextAccessor();
builder.Services.AddSingleton<IExperimentContextAccessor, VisitContext>();
builder.Services.AddFeatureManagement()
    .WithTargeting<VisitorTargeting>()
    .WithExperiments()                                       // section "Experiments"; parameters are features, too
    .MeasureExistingFlags();                                 // the flag "Sorting" of before becomes an experiment
builder.Services.AddHealthChecks().AddExperimentsHealth();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
var app = builder.Build();

// `dotnet run -- define` writes the hypotheses and experiments of this shop to the service, once.
if (args is ["define", ..])
{
    await Definitions.SendAsync(app.Services.GetRequiredService<IHttpClientFactory>(), app.Configuration, Console.Out);
    return;
}

app.UseMiddleware<VisitorCookie>();
app.MapHealthChecks("/health");
Storefront.Map(app);
Behind.Map(app);
await app.RunAsync();
