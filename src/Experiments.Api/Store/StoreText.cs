using System.Text;

namespace Experiments.Api.Store;

/// <summary>How keys become bytes, the same in every store.</summary>
internal static class StoreText
{
    /// <summary>UTF-8 that throws: half a surrogate pair would become U+FFFD, and two keys would silently be one.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
