using System.Globalization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Experiments.Sdk;

/// <summary>What attributes cannot check; each message starts with the name of the setting.</summary>
internal sealed class ExperimentsOptionsValidator : IValidateOptions<ExperimentsOptions>
{
    public ValidateOptionsResult Validate(string? name, ExperimentsOptions options)
    {
        var problems = new List<string>();
        if (options.Endpoint is { } endpoint && !(endpoint.IsAbsoluteUri && endpoint.Scheme is "http" or "https"))
        {
            problems.Add($"Experiments:Endpoint is the service's address, such as https://experiments.example.com/; got {Kind(endpoint)}.");
        }
        else if (options.Endpoint is { Query: not "" } or { Fragment: not "" } or { UserInfo: not "" })
        {
            problems.Add("Experiments:Endpoint has no query, fragment or user; the key goes into Experiments:ApiKey.");
        }

        // The key itself stays out of the message.
        if (options.ApiKey is { } key && (key.Length == 0 || key.Any(c => c is <= ' ' or > '~')))
        {
            problems.Add("Experiments:ApiKey holds visible ASCII characters only; leave it out where the service needs no key.");
        }

        if (options.Redis is { } redis && RedisProblem(redis) is { } problem)
        {
            problems.Add($"Experiments:Redis is a StackExchange.Redis connection string, such as localhost:6379; {problem}");
        }

        if (options.Folder is { } folder && (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0', StringComparison.Ordinal)))
        {
            problems.Add("Experiments:Folder is a path; leave it out for the platform's own, or set Experiments:InMemoryOnly.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>The address itself may hold a password.</summary>
    private static string Kind(Uri endpoint) => endpoint.IsAbsoluteUri ? $"the scheme '{endpoint.Scheme}'" : "a relative address";

    private static string? RedisProblem(string connectionString)
    {
        try
        {
            return ConfigurationOptions.Parse(connectionString).EndPoints.Count > 0 ? null : "it names no server.";
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // A connection string may hold a password, and the parser's message a part of the string.
            return string.Create(CultureInfo.InvariantCulture, $"it cannot be read ({exception.GetType().Name}).");
        }
    }
}
