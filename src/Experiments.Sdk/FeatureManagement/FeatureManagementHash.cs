using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Experiments.Sdk.FeatureManagement;

/// <summary>The hash <c>msfm-v1</c>: where Microsoft.FeatureManagement 4.7 puts a user, so that a migration moves nobody.</summary>
/// <remarks>SHA-256 of the user, a line feed and the seed in UTF-8; its first four bytes, little-endian, over 2^32 − 1, times 100.</remarks>
internal static class FeatureManagementHash
{
    public const string Name = "msfm-v1";

    /// <summary>The seed of a feature whose allocation names none.</summary>
    public static string DefaultSeed(string feature) => $"allocation\n{feature}";

    /// <summary>Bytes that <see cref="Hash"/> takes for a seed.</summary>
    public static byte[] Suffix(string seed) => Encoding.UTF8.GetBytes($"\n{seed}");

    /// <summary>First eight bytes of the hash of a user; allocates nothing.</summary>
    /// <param name="user">The user's id in UTF-8.</param>
    /// <param name="suffix">Of the seed: <see cref="Suffix"/>.</param>
    /// <param name="buffer">Room for both.</param>
    public static ulong Hash(ReadOnlySpan<byte> user, ReadOnlySpan<byte> suffix, Span<byte> buffer)
    {
        user.CopyTo(buffer);
        suffix.CopyTo(buffer[user.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..(user.Length + suffix.Length)], hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <summary>Percentile of a hash, in [0, 100].</summary>
    public static double Percentile(ulong hash) => (uint)hash / (double)uint.MaxValue * 100;

    /// <summary>Whether a percentile lies in an allocation: from is included, to is not, but 100 is.</summary>
    public static bool Contains(double percentile, double from, double to) => percentile >= from && (percentile < to || to == 100);
}
