using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Experiments.Api.Shared;
using Experiments.Api.Tests.Store;

namespace Experiments.Api.Tests.Support;

/// <summary>The built service as a real process on a free port: killed as a crash would, started again on what it left.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private readonly string[] _settings;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly HttpClient _http;
    private readonly int _port;
    private Process? _process;

    private ApiProcess(string[] settings)
    {
        _settings = settings;
        _port = RedisServer.FreePort();
        _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")) };
        Client = new ApiClient(_http);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public ApiClient Client { get; }

    public string Output => string.Join('\n', _output);

    /// <summary>Starts the service and waits until it is ready.</summary>
    /// <param name="settings">As on the command line: "--Experiments:Data=folder".</param>
    public static async Task<ApiProcess> StartAsync(params string[] settings)
    {
        var process = new ApiProcess(settings);
        try
        {
            await process.RestartAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the service where it is expected to live and not to be ready.</summary>
    public static async Task<ApiProcess> StartNotReadyAsync(params string[] settings)
    {
        var process = new ApiProcess(settings);
        process.Launch();
        for (var attempt = 0; attempt < 1500; attempt++)
        {
            try
            {
                using var live = await process._http.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
                if (live.IsSuccessStatusCode) return process;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken); // not listening yet
            }
        }

        Assert.Fail($"The service did not come up:\n{process.Output}");
        return process;
    }

    /// <summary>Starts the service where it is expected to refuse, and returns its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(params string[] settings)
    {
        await using var process = new ApiProcess(settings);
        process.Launch();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await process._process!.WaitForExitAsync(patience.Token);
        return (process._process.ExitCode, process.Output);
    }

    /// <summary>Runs a command of the program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> CommandAsync(string command, params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments = [typeof(Problem).Assembly.Location, command, .. settings];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    /// <summary>Stops the process where it is (SIGSTOP), as a long pause of the machine would.</summary>
    public void Pause() => Signals.Send("STOP", _process!.Id);

    public void Resume() => Signals.Send("CONT", _process!.Id);

    /// <summary>Most memory that the process has held so far, in bytes; null where the system does not tell.</summary>
    public long? PeakMemory()
    {
        var status = string.Create(CultureInfo.InvariantCulture, $"/proc/{_process!.Id}/status");
        if (!File.Exists(status)) return null;
        var line = File.ReadLines(status).First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>Kills with SIGKILL and waits until it is gone.</summary>
    public void Kill()
    {
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts again on the same port and store, and waits until it is ready.</summary>
    public async Task RestartAsync()
    {
        Kill();
        Launch();
        for (var attempt = 0; !await IsReadyAsync(); attempt++)
        {
            Assert.False(_process!.HasExited || attempt > 1500, $"The service did not come up:\n{Output}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Kill();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private void OnProcessExit(object? sender, EventArgs arguments) => Kill();

    private void Launch()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            typeof(Problem).Assembly.Location, "--urls", _http.BaseAddress!.ToString(), "--Logging:LogLevel:Default=Warning", .. _settings,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }
}
