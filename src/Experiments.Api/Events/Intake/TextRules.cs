namespace Experiments.Api.Events.Intake;

/// <summary>What ids and names may hold: anything but nothing, too much, control characters and broken surrogates.</summary>
internal static class TextRules
{
    public static bool IsPlain(string? text, int maximumLength)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > maximumLength) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
