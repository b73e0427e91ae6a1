using System.Net;
using System.Text.Json;
using Experiments.Api.Access;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Ofrep;

/// <summary>The stream that tells clients to ask for their flags again.</summary>
public sealed class ChangesTests
{
    private const string Flags = "/ofrep/v1/evaluate/flags";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_TellsChangesOfFlagsAlone()
    {
        await using var api = await RunningAsync();
        await using var stream = await OpenAsync(api, await AddressAsync(api));
        Assert.Equal(": nothing new", await stream.NextAsync());

        await api.CreateAsync("/v1/kpis", """{"key":"other","type":"count","direction":"increase"}""");
        await stream.AdvanceAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(": nothing new", await stream.NextAsync());

        await api.PostAsync("/v1/experiments/spring-email/pause");
        await stream.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.StartsWith("id: ", await stream.NextAsync(), StringComparison.Ordinal);
        var message = JsonDocument.Parse((await stream.NextAsync())["data: ".Length..]).RootElement;
        Assert.Equal("refetchEvaluation", message.GetProperty("type").GetString());
        Assert.NotEmpty(message.GetProperty("etag").GetString()!);
        Assert.Equal(api.Clock.GetUtcNow().ToUnixTimeSeconds(), message.GetProperty("lastModified").GetInt64());
    }

    [Fact]
    public async Task Stream_OpenedAfterAChange_TellsItAtOnce_AndNotTwice()
    {
        await using var api = await RunningAsync();
        var before = await AddressAsync(api);
        await api.PostAsync("/v1/experiments/spring-email/pause");
        string id;
        await using (var stream = await OpenAsync(api, before))
        {
            id = (await stream.NextAsync())["id: ".Length..];
            Assert.Contains("refetchEvaluation", await stream.NextAsync(), StringComparison.Ordinal);
        }

        await using var again = await OpenAsync(api, before, ("Last-Event-ID", id));
        Assert.Equal(": nothing new", await again.NextAsync());
        Assert.Contains(id, await AddressAsync(api), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticket_StandsForTheKey_OnTheStreamAlone()
    {
        await using var api = await RunningAsync();
        Assert.DoesNotContain("ticket", await AddressAsync(api), StringComparison.Ordinal);
        var secret = await api.KeyAsync(Role.App, browser: true);
        var bearer = ("Authorization", "Bearer " + secret);
        var address = await AddressAsync(api, bearer);
        Assert.DoesNotContain(secret, address, StringComparison.Ordinal);
        Assert.Equal(address, await AddressAsync(api, bearer));
        await using (var stream = await OpenAsync(api, address)) Assert.Equal(": nothing new", await stream.NextAsync());

        var query = address[address.IndexOf('?', StringComparison.Ordinal)..];
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync(address[..address.IndexOf("&ticket", StringComparison.Ordinal)])).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync(address[..^3] + "AAA")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/v1/snapshot" + query)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.PostAsync(Flags + query, "{}")).Status);
    }

    [Fact]
    public async Task Ticket_Ends_AndTheNextComesWithTheFlags()
    {
        await using var api = await RunningAsync();
        var bearer = ("Authorization", "Bearer " + await api.KeyAsync(Role.App));
        var first = await EvaluateAsync(api, bearer);
        var known = ("If-None-Match", first.Headers["ETag"]);
        Assert.Equal(HttpStatusCode.NotModified, (await EvaluateAsync(api, bearer, known)).Status);

        api.Clock.Advance(TimeSpan.FromMinutes(61));
        var next = await EvaluateAsync(api, bearer, known);
        Assert.Equal(HttpStatusCode.OK, next.Status);
        Assert.NotEqual(Address(first), Address(next));
        await using var stream = await OpenAsync(api, Address(first));
        Assert.Equal(": nothing new", await stream.NextAsync());
        await stream.AdvanceAsync(TimeSpan.FromMinutes(60));
        await stream.EndsAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync(Address(first))).Status);
    }

    private static async Task<ApiHost> RunningAsync()
    {
        var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync("/v1/experiments/spring-email/start");
        return api;
    }

    private static Task<Answer> EvaluateAsync(ApiHost api, params (string Name, string Value)[] headers) =>
        api.PostAsync(Flags, """{"context":{"targetingKey":"u1"}}""", headers);

    private static async Task<string> AddressAsync(ApiHost api, params (string Name, string Value)[] headers) =>
        Address(await EvaluateAsync(api, headers));

    private static string Address(Answer answer)
    {
        var stream = Assert.Single(answer.Json.GetProperty("eventStreams").EnumerateArray());
        Assert.Equal("sse", stream.GetProperty("type").GetString());
        return stream.GetProperty("endpoint").GetProperty("requestUri").GetString()!;
    }

    private static async Task<OpenStream> OpenAsync(ApiHost api, string address, params (string Name, string Value)[] headers)
    {
        var client = api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new OpenStream(api, client, response, new StreamReader(await response.Content.ReadAsStreamAsync(Token)));
    }

    private sealed class OpenStream(ApiHost api, HttpClient client, HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        /// <summary>The next line that is not blank.</summary>
        public async Task<string> NextAsync()
        {
            while (true)
            {
                var line = await reader.ReadLineAsync(Token);
                Assert.NotNull(line);
                if (line.Length > 0) return line;
            }
        }

        /// <summary>Moves the clock once the stream waits for it: each step may find it busy.</summary>
        public async Task AdvanceAsync(TimeSpan time)
        {
            for (var step = 0; step < 15; step++)
            {
                await Task.Delay(10, Token);
                api.Clock.Advance(time / 15);
            }
        }

        /// <summary>Waits for the end of the stream.</summary>
        public async Task EndsAsync()
        {
            for (var rest = reader.ReadToEndAsync(Token); !rest.IsCompleted;) await AdvanceAsync(TimeSpan.FromSeconds(15));
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
