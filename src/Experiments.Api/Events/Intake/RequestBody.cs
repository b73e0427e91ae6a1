using System.Buffers;
using System.IO.Compression;
using Experiments.Api.Shared;

namespace Experiments.Api.Events.Intake;

/// <summary>Reads a request's body into memory, unpacked, within a bound that a compressed body cannot get around.</summary>
internal static class RequestBody
{
    /// <summary>Bytes of a batch, unpacked.</summary>
    public const int MaximumBytes = 10 * 1024 * 1024;

    // A sender that is still writing a body too large would lose our answer with the connection: read on, this far, and forget it.
    private const long MaximumDrainedBytes = 64L * 1024 * 1024;

    /// <exception cref="ProblemException">Too large, in an encoding not known, or not gzip as it says.</exception>
    public static async Task<ArraySegment<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = Unpacked(request);
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 0, 4096, MaximumBytes));
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(buffer.GetMemory(16 * 1024), cancellationToken).ConfigureAwait(false);
                if (read == 0) break;
                buffer.Advance(read);
                if (buffer.WrittenCount > MaximumBytes) throw await TooLargeAsync(request, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException)
        {
            throw Refusal.Of(400, "malformed-gzip", "The body is not gzip, as its Content-Encoding says, or it ends early.");
        }

        return buffer.WrittenMemory.TryGetArray(out var bytes) ? bytes : new ArraySegment<byte>(buffer.WrittenSpan.ToArray());
    }

    /// <summary>The body's stream, through gzip where the request says so.</summary>
    public static Stream Unpacked(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        return encoding.ToUpperInvariant() switch
        {
            "" or "IDENTITY" => request.Body,
            "GZIP" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            _ => throw Refusal.Of(415, "unsupported-encoding", $"Content-Encoding '{encoding}' is not known; send gzip or none."),
        };
    }

    private static bool TryGetArray(this ReadOnlyMemory<byte> memory, out ArraySegment<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out bytes);

    private static async Task<ProblemException> TooLargeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            long drained = 0;
            while (drained < MaximumDrainedBytes)
            {
                var read = await request.Body.ReadAsync(scratch, cancellationToken).ConfigureAwait(false);
                if (read == 0) break;
                drained += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        return Refusal.Of(
            413, "body-too-large", $"A batch holds at most {MaximumBytes / (1024 * 1024)} MB, unpacked; send several.");
    }
}
