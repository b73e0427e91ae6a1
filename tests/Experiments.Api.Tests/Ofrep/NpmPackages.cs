using System.Diagnostics;
using System.Text.Json;
using Experiments.Api.Tests.Store;

namespace Experiments.Api.Tests.Ofrep;

/// <summary>The scripts of <c>tests/ofrep</c> with their packages, in a folder of their own; skips the test where they cannot be had.</summary>
public sealed class NpmPackages : IDisposable
{
    /// <summary>What npm says when there is no way to the registry.</summary>
    private static readonly string[] NoRegistry = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ENOTCACHED", "ERR_SOCKET_TIMEOUT"];

    private readonly SemaphoreSlim _gate = new(1);
    private readonly TemporaryFolder _folder = new();
    private bool _installed;

    /// <summary>Runs a script and returns what it printed.</summary>
    public async Task<JsonElement> RunAsync(string script, object settings)
    {
        await InstallAsync();
        var (code, output, errors) = await ProcessAsync("node", _folder.Path, script, JsonSerializer.Serialize(settings));
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    public void Dispose()
    {
        _folder.Dispose();
        _gate.Dispose();
    }

    private async Task InstallAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_installed) return;
            Directory.CreateDirectory(_folder.Path);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Root(), "tests", "ofrep")))
                File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)), overwrite: true);
            var (code, _, errors) = await ProcessAsync("npm", _folder.Path, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Assert.SkipWhen(
                code != 0 && NoRegistry.Any(sign => errors.Contains(sign, StringComparison.Ordinal)), "The npm registry cannot be reached.");
            Assert.True(code == 0, $"npm ci: {errors}");
            _installed = true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task<(int Code, string Output, string Errors)> ProcessAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await errors);
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Experiments.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
