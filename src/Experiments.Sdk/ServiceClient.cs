using System.Net.Http.Headers;
using System.Reflection;

namespace Experiments.Sdk;

/// <summary>Requests to the Experiments service: addresses, key, time limit.</summary>
internal sealed class ServiceClient : IDisposable
{
    /// <summary>Name of the client in <see cref="IHttpClientFactory"/>, for hosts that add handlers of their own.</summary>
    public const string HttpClientName = "Experiments.Sdk";

    private static readonly ProductInfoHeaderValue Product = new(
        "Experiments.Sdk", typeof(ServiceClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]);

    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly AuthenticationHeaderValue? _authorization;

    public ServiceClient(IHttpClientFactory clients, ExperimentsOptions options, TimeProvider clock)
    {
        // One for life, made now: while the app's services are disposed of, the last events still have to leave.
        _client = clients.CreateClient(HttpClientName);
        _timeout = options.RequestTimeout;
        _clock = clock;
        _authorization = options.ApiKey is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;
        var root = options.Endpoint!.AbsoluteUri.TrimEnd('/');
        Events = new Uri($"{root}/v1/events");
        Snapshot = new Uri($"{root}/v1/snapshot");
        Arms = new Uri($"{root}/v1/assignments/arms");
    }

    public Uri Events { get; }

    public Uri Snapshot { get; }

    public Uri Arms { get; }

    /// <summary>Whether an exception means that the service could not be asked, rather than that we were told to stop.</summary>
    /// <remarks>Any kind does: the host may have put handlers of its own on the way.</remarks>
    public static bool IsUnavailable(Exception exception, CancellationToken stop) =>
        exception is not OperationCanceledException || !stop.IsCancellationRequested;

    /// <summary>What went wrong, without addresses or bodies.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        OperationCanceledException => "no answer in time",
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http => http.HttpRequestError.ToString(),
        _ => exception.GetType().Name,
    };

    public void Dispose() => _client.Dispose();

    /// <summary>Sends a request and reads the answer, both within the time limit.</summary>
    public async Task<T> SendAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _authorization;
        request.Headers.UserAgent.Add(Product);
        using var timeout = new CancellationTokenSource(_timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var response = await _client.SendAsync(request, either.Token).ConfigureAwait(false);
        return await read(response, either.Token).ConfigureAwait(false);
    }
}
