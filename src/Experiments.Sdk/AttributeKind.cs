namespace Experiments.Sdk;

/// <summary>What an attribute's value is.</summary>
internal enum AttributeKind : byte
{
    /// <summary>There is no value.</summary>
    None,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Truth,
}
