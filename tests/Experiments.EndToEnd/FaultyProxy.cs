using System.Net;
using System.Net.Sockets;

namespace Experiments.EndToEnd;

/// <summary>What a network does to answers on their way back.</summary>
internal enum NetworkFault
{
    None,

    /// <summary>Connections are closed as soon as they are made.</summary>
    Cut,

    /// <summary>The first bytes of an answer arrive, then the connection is reset.</summary>
    CutInTheAnswer,

    /// <summary>An answer comes at one byte a second.</summary>
    Slow,

    /// <summary>The service has answered, and nothing of it arrives.</summary>
    LostAnswer,
}

/// <summary>A TCP proxy between an app and the service. A change of the fault ends the connections of before.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _service;
    private readonly Task _loop;
    private readonly CancellationTokenSource _end = new();
    private CancellationTokenSource _faultEnds = new();
    private volatile NetworkFault _fault;
    private int _hurt;

    public FaultyProxy(Uri service)
    {
        _service = service;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections that met the present fault so far.</summary>
    public int Hurt => Volatile.Read(ref _hurt);

    public async Task SetAsync(NetworkFault fault)
    {
        _fault = fault;
        Volatile.Write(ref _hurt, 0);
        await Interlocked.Exchange(ref _faultEnds, new CancellationTokenSource()).CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _faultEnds.CancelAsync();
        _listener.Stop();
        await _loop;
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var app = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = ServeAsync(app, _faultEnds.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient app, CancellationToken cancellationToken)
    {
        using (app)
        {
            // Closing resets the connection: what was not read is lost, as when a cable is cut.
            app.LingerState = new LingerOption(true, 0);
            if (_fault == NetworkFault.Cut)
            {
                Interlocked.Increment(ref _hurt);
                return;
            }

            using var service = new TcpClient();
            try
            {
                await service.ConnectAsync(_service.Host, _service.Port, cancellationToken);
                var requests = app.GetStream().CopyToAsync(service.GetStream(), cancellationToken);
                await Task.WhenAny(requests, AnswerAsync(service.GetStream(), app.GetStream(), cancellationToken));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One side has gone: so does the other.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream service, NetworkStream app, CancellationToken cancellationToken)
    {
        var buffer = new byte[16_384];
        while (true)
        {
            var read = await service.ReadAsync(buffer, cancellationToken);
            if (read == 0) return;
            var fault = _fault;
            if (fault != NetworkFault.None) Interlocked.Increment(ref _hurt);
            if (fault == NetworkFault.LostAnswer) return;
            if (fault == NetworkFault.CutInTheAnswer)
            {
                await app.WriteAsync(buffer.AsMemory(0, Math.Min(read, 40)), cancellationToken);
                return;
            }

            for (var i = 0; fault == NetworkFault.Slow && i < read; i++)
            {
                await app.WriteAsync(buffer.AsMemory(i, 1), cancellationToken);
                await Task.Delay(1000, cancellationToken);
            }

            if (fault == NetworkFault.None) await app.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
