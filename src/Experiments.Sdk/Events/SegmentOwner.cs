namespace Experiments.Sdk.Events;

/// <summary>The lock of the process that writes segments of one name; the system lets go of it when the process dies.</summary>
internal sealed class SegmentOwner : IDisposable
{
    public const string Prefix = "outbox-";
    public const string LockEnding = ".lock";
    public const string SegmentEnding = ".events";

    private readonly string _path;
    private readonly FileStream _lock;

    private SegmentOwner(string id, string path, FileStream held)
    {
        Id = id;
        _path = path;
        _lock = held;
    }

    public string Id { get; }

    /// <summary>Segments in the folder that this owner still has, for an owner taken over.</summary>
    public int Segments { get; set; }

    /// <summary>Takes the lock; null while another process has it.</summary>
    public static SegmentOwner? TryLock(DataFolder folder, string id)
    {
        var path = folder.PathOf($"{Prefix}{id}{LockEnding}");
        try
        {
            return new SegmentOwner(id, path, folder.Open(path, FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Owners that have left anything in the folder.</summary>
    public static IEnumerable<string> IdsIn(string folder) => Directory.Exists(folder)
        ? Directory.GetFiles(folder, Prefix + "*")
            .Where(path => path.EndsWith(LockEnding, StringComparison.Ordinal) || path.EndsWith(SegmentEnding, StringComparison.Ordinal))
            .Select(path => Path.GetFileName(path)[Prefix.Length..].Split('-', '.')[0])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        : [];

    public string[] Paths(DataFolder folder)
    {
        var paths = Directory.GetFiles(folder.Path, $"{Prefix}{Id}-*{SegmentEnding}");
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    public string PathOf(DataFolder folder, int number) => folder.PathOf($"{Prefix}{Id}-{number:D8}{SegmentEnding}");

    /// <summary>Lets go, and leaves no file of the lock behind.</summary>
    public void Delete()
    {
        // While it is held: nobody can have taken it in between.
        File.Delete(_path);
        Dispose();
    }

    public void Dispose() => _lock.Dispose();
}
