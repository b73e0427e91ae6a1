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

    /// <summary>Percentile of a user, in [0, 100].</summary>
    public static double Percentile(string user, string seed)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\n{seed}"));
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) / (double)uint.MaxValue * 100;
    }

    /// <summary>Whether a percentile lies in an allocation: from is included, to is not, but 100 is.</summary>
    public static bool Contains(double percentile, double from, double to) => percentile >= from && (percentile < to || (to == 100 && percentile == 100));
}
