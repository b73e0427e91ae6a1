using System.Globalization;
using System.Text.Json;

namespace Experiments.Sdk;

/// <summary>Value of an attribute: a text, a number or a truth value; made by conversion from those, without allocation.</summary>
/// <remarks>Numbers are compared as <see cref="double"/>: whole numbers are exact up to 2^53. The default value is no value at all.</remarks>
public readonly struct AttributeValue : IEquatable<AttributeValue>
{
    private readonly string? _text;
    private readonly double _number;

    private AttributeValue(AttributeKind kind, string? text, double number)
    {
        Kind = kind;
        _text = text;
        _number = number;
    }

    internal AttributeKind Kind { get; }

    internal string Text => _text ?? "";

    internal double Number => _number;

    internal bool Truth => _number != 0;

    /// <summary>A text; null is no value.</summary>
    /// <param name="value">The text.</param>
    public static implicit operator AttributeValue(string? value) =>
        value is null ? default : new(AttributeKind.Text, value, 0);

    /// <summary>A number; NaN and the infinities are no value.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator AttributeValue(double value) =>
        double.IsFinite(value) ? new(AttributeKind.Number, null, value) : default;

    /// <summary>A whole number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator AttributeValue(long value) => new(AttributeKind.Number, null, value);

    /// <summary>A decimal number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator AttributeValue(decimal value) => new(AttributeKind.Number, null, (double)value);

    /// <summary>A truth value.</summary>
    /// <param name="value">True or false.</param>
    public static implicit operator AttributeValue(bool value) => new(AttributeKind.Truth, null, value ? 1 : 0);

    /// <summary>Whether two values are the same: same kind, same text by code units or same number.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are.</returns>
    public static bool operator ==(AttributeValue left, AttributeValue right) => left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(AttributeValue left, AttributeValue right) => !left.Equals(right);

    /// <summary>The text as it is.</summary>
    /// <param name="value">The text; null is no value.</param>
    /// <returns>The value.</returns>
    public static AttributeValue FromString(string? value) => value;

    /// <summary>The number as it is.</summary>
    /// <param name="value">The number; NaN and the infinities are no value.</param>
    /// <returns>The value.</returns>
    public static AttributeValue FromDouble(double value) => value;

    /// <summary>The whole number, exact up to 2^53.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static AttributeValue FromInt64(long value) => value;

    /// <summary>The nearest double.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static AttributeValue FromDecimal(decimal value) => value;

    /// <summary>The truth value as it is.</summary>
    /// <param name="value">True or false.</param>
    /// <returns>The value.</returns>
    public static AttributeValue FromBoolean(bool value) => value;

    /// <inheritdoc/>
    public bool Equals(AttributeValue other) =>
        Kind == other.Kind && _number.Equals(other._number) && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AttributeValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _number, _text);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        AttributeKind.Text => Text,
        AttributeKind.Number => _number.ToString(CultureInfo.InvariantCulture),
        AttributeKind.Truth => Truth ? "true" : "false",
        _ => "",
    };

    /// <summary>A JSON string, number or truth value; anything else is no value.</summary>
    internal static AttributeValue FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number when element.TryGetDouble(out var number) => number,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => default,
    };
}
