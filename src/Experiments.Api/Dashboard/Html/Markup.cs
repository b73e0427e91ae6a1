using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Experiments.Api.Dashboard.Html;

/// <summary>Markup that is safe to send: literals as written, everything put into them encoded.</summary>
/// <remarks><c>Markup.Of($"&lt;p&gt;{name}&lt;/p&gt;")</c>: a text in a hole cannot become markup, in an element or in a quoted attribute.</remarks>
internal readonly record struct Markup(string Text)
{
    public static readonly Markup None = new("");

    public static Markup Of(MarkupHandler handler) => new(handler.ToString());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(p => p.Text)));

    /// <summary>The markup where a condition holds, nothing elsewhere.</summary>
    public static Markup If(bool condition, Func<Markup> markup) => condition ? markup() : None;

    public override string ToString() => Text ?? "";
}

/// <summary>Encodes what is put into the holes of an interpolated string; numbers are written for machines.</summary>
[InterpolatedStringHandler]
internal readonly struct MarkupHandler
{
    // Letters of every language stay readable; what HTML or an attribute could misread is encoded.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text;

    public MarkupHandler(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 24));

    public void AppendLiteral(string literal) => _text.Append(literal);

    public void AppendFormatted(Markup markup) => _text.Append(markup.Text);

    public void AppendFormatted(IEnumerable<Markup> parts)
    {
        foreach (var part in parts) _text.Append(part.Text);
    }

    public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(text ?? ""));

    public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A coordinate: two decimals are finer than a pixel.</summary>
    public void AppendFormatted(double coordinate) => _text.Append(coordinate.ToString("0.##", CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
