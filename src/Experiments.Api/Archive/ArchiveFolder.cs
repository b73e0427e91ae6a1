using System.Runtime.InteropServices;
using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Archive;

/// <summary>The files of the archive. A file appears under its name whole and on the disk, or not at all.</summary>
internal sealed partial class ArchiveFolder
{
    private const string Temporary = ".tmp";
    private const string Manifest = "manifest.json";

    public ArchiveFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Create(Path);
        Create(TemporaryPath);
    }

    public string Path { get; }

    /// <summary>Outside of what <c>day=*/*.parquet</c> finds.</summary>
    public string TemporaryPath => System.IO.Path.Combine(Path, Temporary);

    public string Full(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file: under a temporary name first, then synced, then renamed.</summary>
    public void Write(string relative, Action<string> write)
    {
        var temporary = System.IO.Path.Combine(TemporaryPath, Guid.NewGuid().ToString("N"));
        write(temporary);
        using (var file = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite)) file.Flush(flushToDisk: true);
        MakePrivate(temporary);
        var target = Full(relative);
        var folder = System.IO.Path.GetDirectoryName(target)!;
        Create(folder);
        File.Move(temporary, target, overwrite: true);
        SyncFolder(folder);
    }

    public void Delete(string relative)
    {
        File.Delete(Full(relative));
        var folder = System.IO.Path.GetDirectoryName(Full(relative))!;
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    /// <summary>Removes what a crash left: temporary files, and files that do not count.</summary>
    public void Sweep(ArchiveState state)
    {
        // Listed before it is compared: a file that appears meanwhile is nobody's to remove.
        var found = Directory.EnumerateFiles(Path, "*.parquet", SearchOption.AllDirectories).ToList();
        foreach (var file in Directory.EnumerateFileSystemEntries(TemporaryPath))
        {
            if (Directory.Exists(file)) Directory.Delete(file, recursive: true);
            else File.Delete(file);
        }

        var counting = state.Files.Select(f => Full(f.Path)).ToHashSet();
        foreach (var file in found.Where(f => !counting.Contains(f) && File.Exists(f))) Delete(System.IO.Path.GetRelativePath(Path, file));
    }

    /// <summary>Copies the state beside the files: what tells after a loss of the store which of them count.</summary>
    public void WriteManifest(ArchiveState state) =>
        Write(Manifest, path => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(state, ApiJson.Stored)));

    public ArchiveState? ReadManifest()
    {
        var file = Full(Manifest);
        return File.Exists(file) ? JsonSerializer.Deserialize<ArchiveState>(File.ReadAllBytes(file), ApiJson.Stored) : null;
    }

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void MakePrivate(string file)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The name of a new file is on the disk only once its folder is.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0) throw new IOException($"The folder '{folder}' cannot be opened to sync it.");
        try
        {
            if (Sync(descriptor) != 0) throw new IOException($"The folder '{folder}' cannot be synced.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Close(int descriptor);
}
