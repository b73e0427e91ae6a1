using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Shared;

/// <summary>JSON as the contract wants it: strict when read, nulls written.</summary>
internal static class ApiJson
{
    /// <summary>For bodies of requests and answers: an unknown or repeated member is an error.</summary>
    public static JsonSerializerOptions Options { get; } = Create(Configure);

    /// <summary>For what is stored: members written by a newer version are skipped.</summary>
    public static JsonSerializerOptions Stored { get; } = Create(options =>
    {
        ConfigureBoth(options);
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        // A document stands a few levels deep in its log entry.
        options.MaxDepth = 64;
    });

    public static void Configure(JsonSerializerOptions options)
    {
        ConfigureBoth(options);

        // What is stored was checked when it came in.
        options.Converters.Add(new WellFormedJsonConverter());
    }

    private static void ConfigureBoth(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
        options.NumberHandling = JsonNumberHandling.Strict;
        // Messages quote keys and are written in two languages: ' and é stay readable. Answers are never HTML (nosniff says so).
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new FiniteDoubleConverter());
        options.Converters.Add(new UtcConverter());
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OmitNullsOfConditions } };
    }

    private static JsonSerializerOptions Create(Action<JsonSerializerOptions> configure)
    {
        var options = new JsonSerializerOptions();
        configure(options);
        options.MakeReadOnly();
        return options;
    }

    // A condition has one operator of a dozen: the others would be noise in every answer and in the snapshot.
    private static void OmitNullsOfConditions(JsonTypeInfo type)
    {
        if (type.Type != typeof(AudienceCondition)) return;
        foreach (var property in type.Properties) property.ShouldSerialize = static (_, value) => value is not null;
    }
}
