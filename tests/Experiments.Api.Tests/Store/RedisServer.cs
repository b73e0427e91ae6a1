using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Experiments.Api.Tests.Store;

/// <summary>A real redis-server of its own: a free port, a temporary folder, killed at the end of the test at the latest.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;
    private Process? _process;

    private RedisServer(int port, string[] settings)
    {
        Port = port;
        _settings = settings;
        Directory.CreateDirectory(_folder.Path);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public int Port { get; }

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Starts a server, or skips the test when there is none on this machine.</summary>
    /// <param name="appendFsync">When the append-only file reaches the disk: always, everysec or no.</param>
    /// <param name="settings">More settings, as on the command line: "--maxmemory", "10mb".</param>
    public static async Task<RedisServer> StartAsync(string appendFsync = "always", params string[] settings)
    {
        SkipWhenMissing();
        var server = new RedisServer(FreePort(), ["--appendonly", "yes", "--appendfsync", appendFsync, .. settings]);
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public static void SkipWhenMissing() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Program))),
        "redis-server is not installed: apt-get install redis-server");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Kills with SIGKILL, as a crash would, and waits until it is gone.</summary>
    public void Kill()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _process = null;
        }
    }

    /// <summary>Stops the process where it is (SIGSTOP): it takes connections and answers nothing.</summary>
    public void Pause() => Signals.Send("STOP", _process!.Id);

    public void Resume() => Signals.Send("CONT", _process!.Id);

    /// <summary>Starts again on the same port and folder, and waits until the data are loaded.</summary>
    public async Task RestartAsync()
    {
        Kill();
        var start = new ProcessStartInfo(Program) { WorkingDirectory = _folder.Path };
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path,
            "--logfile", "redis.log", "--save", "", .. _settings,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start.");

        for (var attempt = 0; !await AnswersAsync(); attempt++)
        {
            if (attempt > 1000 || _process.HasExited)
            {
                var log = Path.Combine(_folder.Path, "redis.log");
                throw new InvalidOperationException(
                    $"{Program} does not answer: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "it wrote no log")}");
            }

            await Task.Delay(10);
        }
    }

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Kill();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void OnProcessExit(object? sender, EventArgs arguments) => Kill();

    /// <summary>Sends one command as text and returns the beginning of the answer: enough to set a server up.</summary>
    public async Task<string> SendAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"));
        var answer = new byte[4096];
        return Encoding.ASCII.GetString(answer, 0, await client.GetStream().ReadAsync(answer));
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            var answer = await SendAsync("PING");
            return answer.StartsWith("+PONG", StringComparison.Ordinal) || answer.StartsWith("-NOAUTH", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false; // not listening yet
        }
    }
}
