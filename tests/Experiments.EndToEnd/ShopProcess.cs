using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Experiments.Api.Tests.Store;

namespace Experiments.EndToEnd;

/// <summary>The sample shop as a real process on a free port.</summary>
internal sealed class ShopProcess : IAsyncDisposable
{
    private readonly string[] _settings;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly Uri _address;
    private readonly HttpClient _http;
    private Process? _process;

    private ShopProcess(Uri service, string folder, string[] settings)
    {
        _address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{RedisServer.FreePort()}"));
        _http = new HttpClient { BaseAddress = _address };
        _settings =
        [
            "--Urls", _address.ToString(), "--Experiments:Endpoint", service.ToString(), "--Experiments:Folder", folder,
            "--Experiments:SnapshotPollInterval", "00:00:00.2", "--Experiments:FlushInterval", "00:00:00.05",
            "--Logging:LogLevel:Default", "Warning", .. settings,
        ];
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Program => Path.Combine(AppContext.BaseDirectory.Replace(
        Path.Combine("tests", "Experiments.EndToEnd"), Path.Combine("samples", "Shop"), StringComparison.Ordinal), "Shop.dll");

    public string Output => string.Join('\n', _output);

    public static async Task<ShopProcess> StartAsync(Uri service, string folder, params string[] settings)
    {
        var shop = new ShopProcess(service, folder, settings);
        await shop.StartAsync();
        return shop;
    }

    /// <summary>Writes the shop's experiments to the service, as its README says.</summary>
    public static async Task DefineAsync(Uri service)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "define", "--Experiments:Endpoint", service.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Program)!,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await output + await errors);
    }

    /// <summary>A browser of its own, with its cookies.</summary>
    public ShopVisitor NewVisitor() => new(_address);

    public async Task<JsonElement> StatusAsync() => JsonDocument.Parse(await _http.GetStringAsync(new Uri("/status", UriKind.Relative), Token)).RootElement;

    public async Task<string> HealthAsync() => await _http.GetStringAsync(new Uri("/health", UriKind.Relative), Token);

    /// <summary>Starts, and waits until pages are served; returns how long that took.</summary>
    public async Task<TimeSpan> StartAsync()
    {
        var watch = Stopwatch.StartNew();
        var start = new ProcessStartInfo("dotnet", [Program, .. _settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Program)!,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var attempt = 0; !await IsUpAsync(); attempt++)
        {
            Assert.False(_process.HasExited || attempt > 1500, $"The shop did not come up:\n{Output}");
            await Task.Delay(20, Token);
        }

        return watch.Elapsed;
    }

    /// <summary>Kills with SIGKILL, as a crash would.</summary>
    public void Kill()
    {
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Kill();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private void OnProcessExit(object? sender, EventArgs arguments) => Kill();

    private async Task<bool> IsUpAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/status", UriKind.Relative), Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }
}

/// <summary>A visitor of the shop: a browser with its cookies.</summary>
internal sealed class ShopVisitor : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;

    public ShopVisitor(Uri shop) => _http = new HttpClient(new HttpClientHandler { CookieContainer = _cookies }) { BaseAddress = shop };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The cookie's id; once there is one.</summary>
    public string Id => _cookies.GetCookies(_http.BaseAddress!)["visitor"]!.Value;

    public async Task<string> HomeAsync() => WebUtility.HtmlDecode(await _http.GetStringAsync(new Uri("/", UriKind.Relative), Token));

    public async Task<HttpStatusCode> ExpressAsync() => (await _http.GetAsync(new Uri("/express", UriKind.Relative), Token)).StatusCode;

    /// <summary>What is decided for this visitor: by parameter, the object of <c>/why</c>.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> WhyAsync() =>
        JsonDocument.Parse(await _http.GetStringAsync(new Uri("/why", UriKind.Relative), Token)).RootElement
            .EnumerateArray().ToDictionary(why => why.GetProperty("parameter").GetString()!);

    public Task BuyAsync(string order, decimal amount) =>
        PostAsync("/orders", ("order", order), ("amount", amount.ToString(CultureInfo.InvariantCulture)));

    public Task LogInAsync(string customer) => PostAsync("/login", ("customer", customer));

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), form, Token);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
    }
}
