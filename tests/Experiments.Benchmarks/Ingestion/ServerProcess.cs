using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Experiments.Benchmarks.Ingestion;

/// <summary>A server in a process of its own, so that its CPU time can be told from its clients'.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string url)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Http { get; }

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="arguments">Of dotnet: an assembly and its arguments; {url} stands for the address.</param>
    public static async Task<ServerProcess> StartAsync(params string[] arguments)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        probe.Stop();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument.Replace("{url}", url, StringComparison.Ordinal));
        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var server = new ServerProcess(process, url);
        for (var attempt = 0; attempt < 600; attempt++)
        {
            try
            {
                using var ready = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative)).ConfigureAwait(false);
                if (ready.IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50).ConfigureAwait(false);
        }

        server.Dispose();
        throw new InvalidOperationException($"{string.Join(' ', arguments)} did not come up.");
    }

    public async Task<HttpStatusCode> PostAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content).ConfigureAwait(false);
        return response.StatusCode;
    }

    public async Task DefineAsync(string path, string body)
    {
        var status = await PostAsync(path, Encoding.UTF8.GetBytes(body)).ConfigureAwait(false);
        if ((int)status >= 300) throw new InvalidOperationException($"{path}: {status}");
    }

    /// <summary>Bytes that the service has allocated so far, as its metrics tell.</summary>
    public async Task<double> AllocatedAsync()
    {
        var text = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)).ConfigureAwait(false);
        return double.Parse(Allocated().Match(text).Groups["bytes"].Value, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Http.Dispose();
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [GeneratedRegex(@"^dotnet_gc_heap_total_allocated_bytes_total(\{[^}]*\})? (?<bytes>[0-9.eE+]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Allocated();
}
