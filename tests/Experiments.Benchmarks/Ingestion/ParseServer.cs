using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Experiments.Benchmarks.Ingestion;

/// <summary>The limit: a bare Kestrel endpoint that deserialises a batch with generated code and does nothing; and an empty one.</summary>
internal static partial class ParseServer
{
    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(url);
        app.MapPost("/v1/events", async context =>
        {
            var batch = await context.Request.ReadFromJsonAsync(BatchContext.Default.Batch, context.RequestAborted).ConfigureAwait(false);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await context.Response.WriteAsJsonAsync(new Receipt(batch!.Events.Count), BatchContext.Default.Receipt, cancellationToken: context.RequestAborted)
                .ConfigureAwait(false);
        });
        app.MapGet("/empty", () => Results.StatusCode(StatusCodes.Status304NotModified));
        app.MapGet("/health/ready", () => Results.Ok());
        await app.RunAsync().ConfigureAwait(false);
    }

    internal sealed record Batch(List<Item> Events);

    internal sealed record Item(
        string Id, string Type, string User, string? Experiment, string? Variant, string? Event, double? Value, DateTimeOffset? At);

    internal sealed record Receipt(int Accepted);

    [JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Batch))]
    [JsonSerializable(typeof(Receipt))]
    internal sealed partial class BatchContext : JsonSerializerContext;
}
