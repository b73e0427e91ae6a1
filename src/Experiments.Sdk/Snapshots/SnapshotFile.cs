using System.Buffers.Binary;
using System.IO.Hashing;

namespace Experiments.Sdk.Snapshots;

/// <summary>The last snapshot on disk, for a start while the service is away.</summary>
/// <remarks>Little-endian: 8 bytes of magic, 4 of schema version, 16 of identity, 8 of length, 16 of XxHash128 over all before them
/// and the body, then the body: the JSON as it arrived. Written under a temporary name, then renamed: a reader sees all or nothing.</remarks>
internal sealed class SnapshotFile(DataFolder folder)
{
    public const string Name = "snapshot.bin";

    private const int Schema = 1;
    private const int HashAt = 36;
    private const int HeaderLength = HashAt + 16;

    /// <summary>As much as the service may send.</summary>
    private const int MaximumBody = 64 << 20;

    private readonly string _path = folder.PathOf(Name);
    private readonly string _temporary = folder.PathOf($"{Name}.{Guid.NewGuid():N}.tmp");

    private static ReadOnlySpan<byte> Magic => "XPSNAP\r\n"u8;

    /// <summary>The body, or null when there is none to be used; one that is there and wrong is set aside. Never throws.</summary>
    public byte[]? Read()
    {
        try
        {
            using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            if (stream.Length > HeaderLength + MaximumBody) return Wrong("it is too long");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return Problem(bytes) is { } problem ? Wrong(problem) : bytes[HeaderLength..];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (DataFolder.IsFileProblem(exception))
        {
            folder.Unusable(exception);
            return null;
        }
    }

    /// <summary>Keeps a body; what goes wrong is told once. Never throws.</summary>
    public void Write(ReadOnlySpan<byte> body)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Schema);
        folder.Identity.CopyTo(header[12..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[28..], body.Length);
        Hash(header[..HashAt], body, header[HashAt..]);
        try
        {
            using (var file = folder.Open(_temporary, FileMode.Create, FileShare.None))
            {
                file.Write(header);
                file.Write(body);
                file.Flush(flushToDisk: true);
            }

            File.Move(_temporary, _path, overwrite: true);
        }
        catch (Exception exception) when (DataFolder.IsFileProblem(exception))
        {
            folder.Unusable(exception);
        }
    }

    /// <summary>Sets aside a body that turned out to be no snapshot.</summary>
    public byte[]? Wrong(string problem)
    {
        folder.SetAside(_path, problem);
        return null;
    }

    private string? Problem(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength || !bytes.StartsWith(Magic)) return "it is no snapshot file";
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != Schema) return "it has another schema version";
        if (!bytes[12..28].SequenceEqual(folder.Identity)) return "it is of another service or key";
        var body = bytes[HeaderLength..];
        if (BinaryPrimitives.ReadInt64LittleEndian(bytes[28..]) != body.Length) return "it is cut short or has bytes too many";
        Span<byte> hash = stackalloc byte[16];
        Hash(bytes[..HashAt], body, hash);
        return bytes[HashAt..HeaderLength].SequenceEqual(hash) ? null : "its checksum is wrong";
    }

    private static void Hash(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, Span<byte> hash)
    {
        var hasher = new XxHash128();
        hasher.Append(header);
        hasher.Append(body);
        hasher.GetCurrentHash(hash);
    }
}
