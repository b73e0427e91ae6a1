using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Experiments.Sdk.Tests;

/// <summary>A real redis-server of one test, on a port and in a folder of its own; keeps nothing on disk.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("experiments-sdk-redis-");
    private bool _disposed;

    private RedisServer(string path, int port)
    {
        ConnectionString = $"127.0.0.1:{port}";
        _process = Process.Start(new ProcessStartInfo(
            path, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.FullName])
        { RedirectStandardOutput = true })!;
        for (var i = 0; i < 500; i++)
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(20);
            }
        }
    }

    public string ConnectionString { get; }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <param name="port">The port to listen on; any free one by default.</param>
    public static RedisServer StartOrSkip(int? port = null)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);
        if (path is null) Assert.Skip("redis-server is not on the PATH; apt-get install redis-server");
        return new RedisServer(path, port ?? FreePort());
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
