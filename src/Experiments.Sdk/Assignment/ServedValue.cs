using System.Text.Json;
using System.Text.Json.Serialization;

namespace Experiments.Sdk.Assignment;

/// <summary>The JSON value that a variant or a best practice gives to its parameter, converted once for each type asked for.</summary>
internal sealed class ServedValue(JsonElement? json)
{
    /// <summary>Types remembered for one value; an app asks for one, a mistaken one for a few.</summary>
    private const int MaximumTypes = 8;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private object? _first;
    private object[] _others = [];

    /// <summary>The value, or null for the app's own default.</summary>
    public JsonElement? Json { get; } = json is { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } ? null : json;

    /// <summary>Whether there is a value: false for the app's own default.</summary>
    public bool HasValue { get; } = json is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    /// <summary>The value as a <typeparamref name="T"/>; false if it is of another type. Not to be called without a value.</summary>
    public bool TryGet<T>(out T value)
    {
        var converted = _first as Converted<T> ?? Other<T>();
        value = converted.Value;
        return converted.Succeeded;
    }

    private Converted<T> Other<T>()
    {
        foreach (var candidate in _others)
        {
            if (candidate is Converted<T> hit) return hit;
        }

        var converted = Convert<T>(Json.GetValueOrDefault());
        Remember(converted);
        return converted;
    }

    private void Remember(object converted)
    {
        // Two threads may convert the same type at once: either entry is right, and a lost one is made again.
        if (Interlocked.CompareExchange(ref _first, converted, null) is null) return;
        var known = _others;
        if (known.Length < MaximumTypes) _others = [.. known, converted];
    }

    private static Converted<T> Convert<T>(JsonElement json)
    {
        object? result = Type.GetTypeCode(typeof(T)) switch
        {
            _ when typeof(T) == typeof(JsonElement) => json,
            _ when typeof(T).IsEnum => Deserialize<T>(json),
            TypeCode.Boolean => json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : null,
            TypeCode.String => json.ValueKind == JsonValueKind.String ? json.GetString() : null,
            TypeCode.Int32 => Whole(json) is { } whole and >= int.MinValue and <= int.MaxValue ? (int)whole : null,
            TypeCode.Int64 => Whole(json) is { } whole and >= long.MinValue and <= long.MaxValue ? (long)whole : null,
            TypeCode.Double => json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out var number) && double.IsFinite(number) ? number : null,
            TypeCode.Decimal => json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number) ? number : null,
            _ => Deserialize<T>(json),
        };
        return result is T value ? new(true, value) : new(false, default!);
    }

    /// <summary>A number without a fraction: 3 and 3.0, since other languages write either.</summary>
    private static decimal? Whole(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number) && decimal.Truncate(number) == number ? number : null;

    private static object? Deserialize<T>(JsonElement json)
    {
        try
        {
            return json.Deserialize<T>(Options);
        }
#pragma warning disable CA1031 // The app's own type may throw anything while it is made; the app gets its default and a reason.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private sealed class Converted<T>(bool succeeded, T value)
    {
        public bool Succeeded { get; } = succeeded;

        public T Value { get; } = value;
    }
}
