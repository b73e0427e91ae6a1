using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Experiments.Api.Access;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Microsoft.AspNetCore.Builder;

namespace Experiments.Api.Tests.Ofrep;

/// <summary>The service on a real socket, with keys and one running experiment on <c>flag.string</c> for two countries.</summary>
internal sealed class FlagService : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = null!;

    private FlagService()
    {
    }

    public HttpClient Api { get; } = new();

    public string AppKey { get; private set; } = "";

    public string MarketerKey { get; private set; } = "";

    public string BaseUrl => _app.Urls.Single();

    public static async Task<FlagService> StartAsync(params string[] settings)
    {
        var service = new FlagService();
        string[] data = ["--Experiments:Data", service._folder.Path];
        (service.MarketerKey, service.AppKey) = (await KeyAsync("marketer", data), await KeyAsync("app", data));
        service._app = Service.Build(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None", .. settings, .. data]);
        await service._app.StartAsync(TestContext.Current.CancellationToken);
        var api = service.Api;
        api.BaseAddress = new Uri(service.BaseUrl);
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", service.MarketerKey);
        await PostAsync(api, "/v1/kpis", ApiHost.Kpi);
        await PostAsync(api, "/v1/hypotheses", ApiHost.Hypothesis);
        await RunAsync(api, "flag.string", "\"grey\"", "\"green\"", """{"attribute":"country","in":["FR","BE"]}""");
        return service;
    }

    public static async Task RunAsync(HttpClient api, string parameter, string control, string treatment, string audience = "null")
    {
        var key = parameter.Replace('.', '-');
        await PostAsync(api, "/v1/experiments", $$"""
            {"key":"{{key}}","hypothesis":"men-buy-again","parameter":"{{parameter}}","control":"control","primaryKpi":"visit","audience":{{audience}},
             "variants":[{"key":"control","weight":1,"value":{{control}}},{"key":"treatment","weight":1,"value":{{treatment}}}]}
            """);
        await PostAsync(api, $"/v1/experiments/{key}/start", "{}");
    }

    public static async Task<JsonElement> PostAsync(HttpClient api, string path, string body)
    {
        var answer = await ApiHost.SendAsync(api, HttpMethod.Post, path, body, "application/json");
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, $"{path}: {answer.Text}");
        return answer.Json;
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<string> KeyAsync(string role, string[] data)
    {
        var output = new StringWriter();
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "create", "--role", role, .. data], output, output));
        return output.ToString().Trim();
    }
}
