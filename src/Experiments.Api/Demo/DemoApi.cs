using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Demo;

/// <summary>The demonstration's calls of the HTTP API, as any client would make them.</summary>
internal sealed class DemoApi(HttpClient http)
{
    public async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(path, body, ApiJson.Options, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode) return;
        var problem = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        throw new InvalidOperationException($"POST {path} was answered {(int)response.StatusCode}: {problem}");
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<JsonElement>(path, ApiJson.Options, cancellationToken).ConfigureAwait(false);
}
