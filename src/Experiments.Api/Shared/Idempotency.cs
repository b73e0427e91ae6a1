using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Experiments.Api.Store;

namespace Experiments.Api.Shared;

/// <summary>Makes a creation safe to repeat: the same <c>Idempotency-Key</c> and body give the first answer again.</summary>
/// <remarks>
/// The store's set-if-absent knows neither update nor removal, so an attempt has a number: its claim says who runs it and with
/// which body, its outcome says what was answered, or that it was given up (the request was refused) and the next may try.
/// </remarks>
internal static class Idempotency
{
    public const string Header = "Idempotency-Key";
    public const string Shard = "idempotency";

    private const int LongestKey = 255;

    /// <summary>A claim older than this without an outcome is of a process that died.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder route) => route
        .WithMetadata(new IdempotentMetadata())
        .AddEndpointFilter(static (context, next) =>
        {
            var key = context.HttpContext.Request.Headers[Header].ToString();
            return key.Length == 0 ? next(context) : RunAsync(key, context, next);
        })
        .Answers(StatusCodes.Status422UnprocessableEntity);

    private static async ValueTask<object?> RunAsync(
        string key, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (key.Length > LongestKey)
            throw Problems.Invalid("invalid-idempotency-key", $"{Header} must have at most {LongestKey} characters.");

        var http = context.HttpContext;
        var store = http.RequestServices.GetRequiredService<IStore>();
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        var name = Hash($"{http.User.ActorName()}\n{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{key}");
        var body = BodyHash(context);

        for (var attempt = 0; ; attempt++)
        {
            var mine = new Claim(Guid.NewGuid(), body, clock.GetUtcNow());
            var claim = await SetAsync(store, $"{name}/{attempt}", mine, http.RequestAborted);
            var outcomeKey = $"{name}/{attempt}/outcome";
            if (claim.Id == mine.Id) return await FirstAsync(store, outcomeKey, context, next);

            var read = await store.ReadAsync(Shard, [outcomeKey], http.RequestAborted);
            var outcome = read.Values[0] is { } bytes ? JsonSerializer.Deserialize<Outcome>(bytes.Span, ApiJson.Stored) : null;
            if (outcome is { Status: 0 }) continue;
            if (claim.Body != body)
            {
                throw Problems.Unprocessable("idempotency-key-reused",
                    $"This {Header} was used with another body. Use a new key for a new request.");
            }

            if (outcome is not null) return new Replay(outcome);
            if (clock.GetUtcNow() - claim.At < Patience)
            {
                throw new ProblemException(StatusCodes.Status409Conflict, "idempotency-in-progress",
                    "The first request with this key is still running; ask again in a moment.")
                {
                    RetryAfterSeconds = 1,
                };
            }
        }
    }

    private static async ValueTask<object?> FirstAsync(
        IStore store, string outcomeKey, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var outcome = new Outcome(0, null, null, null);
        try
        {
            var result = await next(context);
            outcome = OutcomeOf(result);
            return result;
        }
        finally
        {
            // Also when the handler refused: the caller corrects the body and may use the same key. Not cancelled with the
            // request, for a caller who hung up is the one who asks again.
            await SetAsync(store, outcomeKey, outcome, CancellationToken.None);
        }
    }

    private static Outcome OutcomeOf(object? result)
    {
        while (result is INestedHttpResult nested) result = nested.Result;
        var status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        if (status >= StatusCodes.Status400BadRequest) return new Outcome(0, null, null, null);

        var value = (result as IValueHttpResult)?.Value;
        if (value is IShownOnce secret) value = secret.WithoutSecret();
        return new Outcome(
            status,
            result?.GetType().GetProperty("Location")?.GetValue(result) as string,
            value is IVersioned versioned ? Versions.ETag(versioned.Version) : null,
            value is null ? null : JsonSerializer.SerializeToElement(value, value.GetType(), ApiJson.Options));
    }

    private static string BodyHash(EndpointFilterInvocationContext context)
    {
        // What was understood, not the bytes: white space and the order of members do not make another request.
        var request = context.Arguments.FirstOrDefault(a => a?.GetType() is { Name: "Request" } or { Name: "JsonElement" });
        return Hash(request is null ? "" : JsonSerializer.Serialize(request, request.GetType(), ApiJson.Options));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task<T> SetAsync<T>(IStore store, string key, T value, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Stored);
        var kept = await store.SetIfAbsentAsync(Shard, key, bytes, cancellationToken);
        return JsonSerializer.Deserialize<T>(kept.Span, ApiJson.Stored)!;
    }

    internal sealed record Claim(Guid Id, string Body, DateTimeOffset At);

    /// <summary>What was answered; status 0: the attempt was given up.</summary>
    internal sealed record Outcome(int Status, string? Location, string? ETag, JsonElement? Body);

    /// <summary>Tells the description of the API that the route takes the header.</summary>
    internal sealed record IdempotentMetadata;

    private sealed class Replay(Outcome outcome) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = outcome.Status;
            response.Headers["Idempotent-Replayed"] = "true";
            if (outcome.Location is not null) response.Headers.Location = outcome.Location;
            if (outcome.ETag is not null) response.Headers.ETag = outcome.ETag;
            return outcome.Body is { } body
                ? response.WriteAsJsonAsync(body, ApiJson.Options, httpContext.RequestAborted)
                : Task.CompletedTask;
        }
    }
}
