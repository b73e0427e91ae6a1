using Microsoft.Playwright;

namespace Experiments.Browser.Tests.Support;

/// <summary>Debian's Chromium, driven by Playwright.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <returns>False when there is none on this machine.</returns>
    public async Task<bool> StartAsync()
    {
        if (!File.Exists(Program)) return false;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Headless = true,
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
        });
        return true;
    }

    /// <summary>A new window of somebody, in which nothing may go wrong unnoticed.</summary>
    public async Task<Visitor> VisitAsync(string url, Look? look = null)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not installed: apt-get install chromium fonts-dejavu-core");
        var how = look ?? new Look();
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = url,
            Locale = how.Language == "fr" ? "fr-FR" : "en-GB",
            TimezoneId = "Europe/Paris",
            ViewportSize = new() { Width = how.Width, Height = how.Height },
            ColorScheme = how.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = how.ReducedMotion ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            JavaScriptEnabled = how.Scripts,
            AcceptDownloads = true,
        });
        return await Visitor.OpenAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>How somebody looks at the pages.</summary>
internal sealed record Look(string Language = "en", int Width = 1280, int Height = 900, bool Dark = false, bool ReducedMotion = false, bool Scripts = true);
