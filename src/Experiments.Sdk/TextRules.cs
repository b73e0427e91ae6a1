namespace Experiments.Sdk;

/// <summary>Which texts may travel.</summary>
internal static class TextRules
{
    /// <summary>Whether a text is well-formed UTF-16: JSON writers throw at a lone surrogate.</summary>
    public static bool IsWellFormed(string text)
    {
        foreach (var rune in text.AsSpan().EnumerateRunes())
        {
            // The replacement character stands for a lone surrogate, unless the text itself has it.
            if (rune.Value == 0xFFFD && !text.Contains('\uFFFD', StringComparison.Ordinal)) return false;
        }

        return true;
    }

    /// <summary>Whether a text is a name or an id: not empty, not too long, well formed, without control characters.</summary>
    public static bool IsName(string? text, int longest)
    {
        if (text is null || text.Length == 0 || text.Length > longest) return false;
        foreach (var unit in text)
        {
            if (char.IsControl(unit)) return false;
        }

        return IsWellFormed(text);
    }
}
