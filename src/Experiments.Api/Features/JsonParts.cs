using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Features;

/// <summary>Reads members of a foreign document and gathers what is wrong with them, by path. A member that is null is one that is not there.</summary>
internal sealed class JsonParts
{
    private const int MostErrors = 100;

    private readonly List<(string Field, string Message)> _errors = [];

    public void Fail(string path, string message)
    {
        if (_errors.Count < MostErrors) _errors.Add((path, message));
    }

    /// <summary>The 400 of all that was wrong, if anything was.</summary>
    public void Check()
    {
        if (_errors.Count == 0) return;
        throw Problems.Invalid(
            "invalid-document",
            string.Join("; ", _errors.Take(3).Select(e => $"'{e.Field}' {e.Message}")) + ". Nothing was imported.",
            [.. _errors]);
    }

    public string? Text(JsonElement parent, string path, string name, int longest, bool required = false)
    {
        if (Member(parent, name) is not { } value)
        {
            if (required) Fail(Join(path, name), "is required");
            return null;
        }

        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 } text || text.Length > longest)
        {
            Fail(Join(path, name), $"must be a string of 1 to {longest} characters");
            return null;
        }

        return text;
    }

    public double? Number(JsonElement parent, string path, string name)
    {
        if (Member(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && double.IsFinite(number)) return number;
        Fail(Join(path, name), "must be a number");
        return null;
    }

    public bool Truth(JsonElement parent, string path, string name)
    {
        if (Member(parent, name) is not { } value) return false;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Fail(Join(path, name), "must be true or false");
        return value.ValueKind == JsonValueKind.True;
    }

    public JsonElement? Object(JsonElement parent, string path, string name)
    {
        if (Member(parent, name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Object) return value;
        Fail(Join(path, name), "must be an object");
        return null;
    }

    /// <summary>The objects of a list, with their paths.</summary>
    public IEnumerable<(JsonElement Item, string Path)> Objects(JsonElement parent, string path, string name)
    {
        foreach (var (item, at) in Items(parent, path, name))
        {
            if (item.ValueKind == JsonValueKind.Object) yield return (item, at);
            else Fail(at, "must be an object");
        }
    }

    public IReadOnlyList<string> Texts(JsonElement parent, string path, string name)
    {
        var texts = new List<string>();
        foreach (var (item, at) in Items(parent, path, name))
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text) texts.Add(text);
            else Fail(at, "must be a string with 1 character or more");
        }

        return texts;
    }

    /// <summary>A member by its name, whatever its case: configuration does not tell cases apart.</summary>
    public static JsonElement? Member(JsonElement parent, string name)
    {
        foreach (var member in parent.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return member.Value.ValueKind == JsonValueKind.Null ? null : member.Value;
        }

        return null;
    }

    private IEnumerable<(JsonElement Item, string Path)> Items(JsonElement parent, string path, string name)
    {
        if (Member(parent, name) is not { } list) yield break;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Fail(Join(path, name), "must be a list");
            yield break;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray()) yield return (item, $"{Join(path, name)}[{index++}]");
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
