using Microsoft.Win32.SafeHandles;

namespace Experiments.Sdk.Events;

/// <summary>A run of encoded events in the order of their arrival: a file, or memory where the disk refuses. Guarded by its journal.</summary>
internal sealed class Segment : IDisposable
{
    /// <summary>Read at once: surely one event, usually a batch.</summary>
    private const int Chunk = 2 * SegmentFormat.MaximumEvent;

    private readonly List<byte[]>? _memory;
    private readonly FileStream? _file;
    private byte[] _buffer = [];
    private long _position = SegmentFormat.HeaderLength;
    private int _read;

    private Segment(FileStream? file, string? path, SegmentOwner? owner)
    {
        _file = file;
        Path = path;
        Owner = owner;
        if (file is null) _memory = [];
    }

    public string? Path { get; }

    /// <summary>Whose lock lets us have the file.</summary>
    public SegmentOwner? Owner { get; }

    public bool IsOnDisk => _file is not null;

    /// <summary>Bytes of whole events, the header included.</summary>
    public long Length { get; private set; } = SegmentFormat.HeaderLength;

    /// <summary>Events in it.</summary>
    public int Count { get; private set; }

    /// <summary>Events not yet read.</summary>
    public int Unread => Count - _read;

    private SafeFileHandle Handle => _file!.SafeFileHandle;

    public static Segment InMemory() => new(null, null, null);

    /// <summary>A new file.</summary>
    public static Segment Create(DataFolder folder, string path, SegmentOwner owner)
    {
        var file = folder.Open(path, FileMode.CreateNew, FileShare.Read | FileShare.Delete);
        try
        {
            RandomAccess.Write(file.SafeFileHandle, SegmentFormat.Header(folder.Identity), 0);
            return new Segment(file, path, owner);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The good events of a file that somebody left; its torn end is set aside. Null when nothing in it is good.</summary>
    public static Segment? Adopt(DataFolder folder, string path, SegmentOwner owner)
    {
        var file = folder.Open(path, FileMode.Open, FileShare.Read | FileShare.Delete);
        var segment = new Segment(file, path, owner);
        try
        {
            var header = new byte[SegmentFormat.HeaderLength];
            var got = RandomAccess.Read(file.SafeFileHandle, header, 0);
            if (SegmentFormat.HeaderProblem(header.AsSpan(0, got), folder.Identity) is { } problem)
            {
                segment.Dispose();

                // Killed between the making of the file and its header: there is nothing to look at.
                if (got == 0) File.Delete(path);
                else folder.SetAside(path, problem);
                return null;
            }

            segment.Measure();
            if (segment.Length < file.Length) segment.CutTail(folder, file);
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>Appends events already in the format; visible to readers after <see cref="Publish"/>.</summary>
    public void Write(ReadOnlySpan<byte> records, bool fsync)
    {
        RandomAccess.Write(Handle, records, Length);
        if (fsync) RandomAccess.FlushToDisk(Handle);
    }

    /// <summary>What was written is there.</summary>
    public void Publish(int bytes, int count)
    {
        Length += bytes;
        Count += count;
    }

    /// <summary>Appends to memory.</summary>
    public void Add(byte[] json)
    {
        _memory!.Add(json);
        Publish(json.Length, 1);
    }

    /// <summary>Reads the next events; fewer than asked for when enough bytes are together.</summary>
    /// <exception cref="InvalidDataException">What was written is not what is there.</exception>
    public void Read(List<byte[]> batch, int most)
    {
        if (_memory is not null)
        {
            var count = Math.Min(most, Unread);
            batch.AddRange(_memory.GetRange(_read, count));
            _read += count;
            return;
        }

        var chunk = ReadChunk(_position);
        while (batch.Count < most && _read < Count && SegmentFormat.TryRead(chunk, out var json, out var consumed))
        {
            batch.Add(json.ToArray());
            chunk = chunk[consumed..];
            _position += consumed;
            _read++;
        }

        if (batch.Count == 0 && _read < Count) throw new InvalidDataException("it is damaged");
    }

    /// <summary>Passes over what cannot be read; returns how many events that is.</summary>
    public int Skip()
    {
        var skipped = Unread;
        _read = Count;
        _position = Length;
        return skipped;
    }

    /// <summary>Forgets all events, once they are settled.</summary>
    public void Clear()
    {
        _memory?.Clear();
        if (_file is not null) RandomAccess.SetLength(Handle, SegmentFormat.HeaderLength);
        (Length, Count, _read, _position) = (SegmentFormat.HeaderLength, 0, 0, SegmentFormat.HeaderLength);
    }

    /// <summary>Takes back a write that failed midway.</summary>
    public void Truncate() => RandomAccess.SetLength(Handle, Length);

    public void Delete()
    {
        Dispose();
        if (Path is not null) File.Delete(Path);
    }

    public void Dispose() => _file?.Dispose();

    private void Measure()
    {
        while (true)
        {
            var chunk = ReadChunk(Length, RandomAccess.GetLength(Handle));
            var before = Length;
            while (SegmentFormat.TryRead(chunk, out _, out var consumed))
            {
                chunk = chunk[consumed..];
                Publish(consumed, 1);
            }

            if (Length == before) return;
        }
    }

    private void CutTail(DataFolder folder, FileStream file)
    {
        // Nothing of it is delivered, so its beginning is enough to see what it was.
        var tail = ReadChunk(Length, file.Length);
        folder.SetAside(Path!, tail, "its end is damaged; the events before are kept");
        RandomAccess.SetLength(Handle, Length);
    }

    private ReadOnlySpan<byte> ReadChunk(long from) => ReadChunk(from, Length);

    private ReadOnlySpan<byte> ReadChunk(long from, long end)
    {
        var wanted = (int)Math.Min(Chunk, end - from);
        if (_buffer.Length < wanted) _buffer = new byte[wanted];
        var got = 0;
        while (got < wanted)
        {
            var read = RandomAccess.Read(Handle, _buffer.AsSpan(got, wanted - got), from + got);
            if (read == 0) break;
            got += read;
        }

        return _buffer.AsSpan(0, got);
    }
}
