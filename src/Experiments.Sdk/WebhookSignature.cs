using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Experiments.Sdk;

/// <summary>Signs and checks webhook messages: HMAC-SHA256 over <c>id.timestamp.body</c>, in the headers that Standard Webhooks names.</summary>
public static class WebhookSignature
{
    /// <summary>Header with the id of the message: the same at each repetition.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>Header with the time of the attempt, in seconds since 1970.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>Header with one signature or several, separated by spaces: <c>v1,</c> and base 64.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string Scheme = "v1,";

    /// <summary>How far the timestamp may lie from now unless said otherwise: five minutes.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    /// <summary>The signature of a message, as it stands in the header.</summary>
    /// <param name="secret">As the service showed it: <c>whsec_</c> and base 64.</param>
    /// <param name="id">Id of the message.</param>
    /// <param name="timestamp">Time of the attempt; whole seconds count.</param>
    /// <param name="body">The body, byte for byte.</param>
    /// <exception cref="ArgumentException">The secret is not base 64.</exception>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(id);
        return Text(Hash(secret, id, timestamp.ToUnixTimeSeconds(), body));
    }

    /// <summary>Whether a message is the service's, and of now. A repetition within the tolerance is valid: remember the ids that were handled for
    /// twice the tolerance, and skip those.</summary>
    /// <param name="secret">As the service showed it: <c>whsec_</c> and base 64.</param>
    /// <param name="id">Header <see cref="IdHeader"/>.</param>
    /// <param name="timestamp">Header <see cref="TimestampHeader"/>.</param>
    /// <param name="signature">Header <see cref="SignatureHeader"/>.</param>
    /// <param name="body">The body as it arrived, before anything reads it as JSON.</param>
    /// <param name="now">The time.</param>
    /// <param name="tolerance">How far the timestamp may lie from now; default five minutes.</param>
    /// <returns>True only when one signature fits and the timestamp is near. Never throws for what a sender wrote.</returns>
    /// <exception cref="ArgumentException">The secret is not base 64.</exception>
    public static bool IsValid(
        string secret, string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signature)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return false;
        if (Math.Abs((double)seconds - now.ToUnixTimeSeconds()) > (tolerance ?? DefaultTolerance).TotalSeconds) return false;

        // As text: base 64 can be written in several ways, and only one is the service's.
        var expected = Text(Hash(secret, id, seconds, body));
        var fits = false;
        foreach (var part in signature.Split(' '))
            fits |= CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes<char>(part), MemoryMarshal.AsBytes<char>(expected));
        return fits;
    }

    private static string Text(byte[] hash) => Scheme + Convert.ToBase64String(hash);

    private static byte[] Hash(string secret, string id, long seconds, ReadOnlySpan<byte> body)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var key = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, key, out var length) || length == 0)
            throw new ArgumentException("The secret must be 'whsec_' and base 64, as the service showed it.", nameof(secret));

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.AsSpan(0, length));
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
