namespace Experiments.Api.Store.Sqlite;

/// <summary>The folder of the embedded store: private to its user, and held by one process at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public string DataFile => System.IO.Path.Combine(Path, "experiments.db");

    /// <summary>Creates the folder if need be, and takes it; the system gives it back even when the process is killed.</summary>
    /// <exception cref="StoreRefusedException">Another process holds it, or it may not be written.</exception>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            CreatePrivately(path);
            var folder = new DataFolder(path, TakeLock(path));
            CreateDataFile(folder.DataFile);
            return folder;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreRefusedException(
                $"The data folder '{path}' cannot be written by this user. Give it the right, or name another folder in Experiments:Data.",
                exception);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void CreatePrivately(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStream TakeLock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "experiments.lock"), Private(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new StoreRefusedException(
                $"The data folder '{path}' is in use by another process. Stop that one, or name another folder in Experiments:Data; several processes share one store on Redis (Experiments:Redis).",
                exception);
        }
    }

    /// <summary>Creates the empty data file: SQLite would let others read it, and its log takes the rights of this file.</summary>
    private static void CreateDataFile(string file)
    {
        using var _ = new FileStream(file, Private(FileMode.OpenOrCreate, FileShare.ReadWrite));
    }

    private static FileStreamOptions Private(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
