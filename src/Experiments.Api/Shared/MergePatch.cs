using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;

namespace Experiments.Api.Shared;

/// <summary>JSON merge patch (RFC 7396) of a definition: a null removes the member, which then takes its default again.</summary>
internal static class MergePatch
{
    /// <summary>The definition with the patch applied, checked by the validator of creations.</summary>
    /// <exception cref="ProblemException">400: the patch is no object, names an unknown member, or the outcome is not valid.</exception>
    public static TDefinition Apply<TDefinition>(TDefinition current, JsonElement patch, IValidator<TDefinition> validator)
        where TDefinition : class
    {
        if (patch.ValueKind != JsonValueKind.Object)
            throw Problems.Invalid("wrong-type", "A merge patch is a JSON object with the members to change.", ("$", "must be an object"));

        var merged = Merge(JsonSerializer.SerializeToNode(current, ApiJson.Options), patch);
        TDefinition? definition;
        try
        {
            definition = merged.Deserialize<TDefinition>(ApiJson.Options);
        }
        catch (JsonException exception)
        {
            // Positions would be those of the merged document, which the caller never saw.
            throw JsonProblems.From(exception, withPosition: false);
        }

        Validation.Check(validator.Validate(definition!));
        return definition!;
    }

    private static JsonNode? Merge(JsonNode? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object) return JsonSerializer.SerializeToNode(patch);
        var merged = target as JsonObject ?? [];
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                // An unknown member set to null must still be named as unknown: it stays, and the reader refuses it.
                merged[member.Name] = null;
                continue;
            }

            var before = merged[member.Name];
            merged.Remove(member.Name);
            merged[member.Name] = Merge(before, member.Value);
        }

        return merged;
    }
}
