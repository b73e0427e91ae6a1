using Experiments.Api.Assignments;
using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Hypotheses;
using Experiments.Api.Kpis;
using Experiments.Api.Shared;
using Experiments.Api.Store;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddStore(builder.Configuration);
builder.Services.AddShared();
builder.Services.AddCatalog();
builder.Services.AddAssignments();

var app = builder.Build();
app.UseShared();
app.MapKpis();
app.MapHypotheses();
app.MapExperiments();
app.MapAssignments();
app.Run();
