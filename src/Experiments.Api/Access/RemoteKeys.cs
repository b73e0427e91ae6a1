using System.Net.Http.Headers;
using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Access;

/// <summary>The command <c>keys</c> through a running service, which holds the store: the same words, by its API.</summary>
internal sealed class RemoteKeys : IDisposable
{
    private readonly HttpClient _http;

    public RemoteKeys(Uri url, string? key)
    {
        _http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        if (key is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(KeysCommand.Asked asked, TextWriter output, TextWriter errors)
    {
        try
        {
            using var response = await _http.SendAsync(Request(asked));
            var text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode)
            {
                await errors.WriteLineAsync(DetailOf(text) ?? $"The service at {_http.BaseAddress} answered {(int)response.StatusCode}.");
                return 1;
            }

            await WriteAsync(asked, text, output);
            return 0;
        }
        catch (HttpRequestException exception)
        {
            await errors.WriteLineAsync($"The service at {_http.BaseAddress} cannot be reached: {exception.Message}");
            return 1;
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(KeysCommand.Asked asked) => asked.Verb switch
    {
        "create" => new HttpRequestMessage(HttpMethod.Post, "v1/keys")
        {
            Content = JsonContent.Create(
                new CreateKey.Request { Role = RoleNames.Of(asked.Role!.Value), Name = asked.Label, Browser = asked.Browser }, options: ApiJson.Options),
        },
        "list" => new HttpRequestMessage(HttpMethod.Get, "v1/keys?revoked=true&limit=200"),
        _ => new HttpRequestMessage(HttpMethod.Delete, "v1/keys/" + Uri.EscapeDataString(asked.Name!)),
    };

    private static async Task WriteAsync(KeysCommand.Asked asked, string text, TextWriter output)
    {
        switch (asked.Verb)
        {
            case "create":
                await output.WriteLineAsync(Read<KeyView>(text).Secret);
                break;
            case "list":
                foreach (var key in Read<Page<KeyView>>(text).Items)
                    await output.WriteLineAsync(KeysCommand.Line(key.Key, key.Role, key.CreatedAt, key.LastUsedAt, key.Revoked, key.Name));
                break;
            default:
                await output.WriteLineAsync($"{asked.Name} is revoked");
                break;
        }
    }

    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, ApiJson.Stored)!;

    private static string? DetailOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(text, ApiJson.Stored)?.Detail;
        }
        catch (JsonException)
        {
            return null; // not this service
        }
    }
}
