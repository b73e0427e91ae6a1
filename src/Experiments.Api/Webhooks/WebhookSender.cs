using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Experiments.Api.Catalog;
using Experiments.Sdk;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Webhooks;

/// <summary>Asks where a name leads.</summary>
internal delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);

/// <summary>What came of one attempt.</summary>
/// <param name="At">When it began.</param>
/// <param name="Status">The receiver's status; null when it did not answer.</param>
/// <param name="Outcome"><c>delivered</c>, <c>refused</c>, <c>redirected</c>, <c>addressRefused</c>, <c>timedOut</c> or <c>unreachable</c>.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record Attempt(DateTimeOffset At, int? Status, string Outcome, long Milliseconds)
{
    public const string Delivered = "delivered";
    public const string AddressRefused = "addressRefused";

    public bool IsDelivered => Outcome == Delivered;
}

/// <summary>Sends one message: signed, to the address that was checked, without following anybody elsewhere.</summary>
internal sealed class WebhookSender : IDisposable
{
    private const int LargestHeadersKib = 16;

    private readonly HttpClient _http;
    private readonly WebhookSecrets _secrets;
    private readonly HostResolver _resolve;
    private readonly TimeProvider _clock;
    private readonly WebhookOptions _options;

    public WebhookSender(WebhookSecrets secrets, HostResolver resolve, TimeProvider clock, IOptions<WebhookOptions> options)
    {
        (_secrets, _resolve, _clock, _options) = (secrets, resolve, clock, options.Value);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            // Every delivery asks and checks again: a name may lead elsewhere now.
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = LargestHeadersKib,
            ConnectCallback = ConnectAsync,
            // What a receiver is shown of us is in the message.
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Experiments-Webhooks", "1"));
    }

    public async Task<Attempt> SendAsync(Webhook webhook, string id, string body, CancellationToken cancellationToken)
    {
        var at = _clock.GetUtcNow();
        var started = _clock.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(_options.TimeoutSeconds));
        try
        {
            // Rules may have changed since the address was taken.
            if (WebhookUrl.Problem(webhook.Url, _options.AllowPrivateAddresses) is not null) throw new AddressRefusedException();
            using var request = await RequestAsync(webhook, id, body, at, patience.Token);
            // The body of the answer is nobody's business: not read, however long it is.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return Of((int)response.StatusCode, (int)response.StatusCode switch
            {
                >= 200 and < 300 => Attempt.Delivered,
                >= 300 and < 400 => "redirected",
                _ => "refused",
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Of(null, "timedOut");
        }
        catch (AddressRefusedException)
        {
            return Of(null, Attempt.AddressRefused);
        }
        catch (HttpRequestException exception)
        {
            return Of(null, exception.InnerException is AddressRefusedException ? Attempt.AddressRefused : "unreachable");
        }

        Attempt Of(int? status, string outcome) => new(at, status, outcome, (long)_clock.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpRequestMessage> RequestAsync(Webhook webhook, string id, string body, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var signatures = (await _secrets.HeldAsync(webhook, at, cancellationToken)).Select(secret => WebhookSignature.Sign(secret, id, at, bytes));
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = content };
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, string.Join(' ', signatures));
        return request;
    }

    /// <summary>Connects to the very address that was checked: asked a second time, the name could answer another.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken);
        // One bad address among good ones is a name that plays a game.
        if (addresses.Length == 0 || (!_options.AllowPrivateAddresses && !addresses.All(PublicAddress.Is))) throw new AddressRefusedException();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class AddressRefusedException : Exception;
}
