using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk;

/// <summary>The SDK's folder on disk: made on first use, for the app's user only. What goes wrong with it is told once.</summary>
internal sealed class DataFolder
{
    /// <summary>Ending of the files that could not be used.</summary>
    public const string AsideEnding = ".aside";

    /// <summary>Files kept for a look at what happened; the oldest beyond go.</summary>
    private const int MaximumAside = 20;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ILogger _logger;
    private int _told;

    private DataFolder(string path, byte[] identity, ILogger logger)
    {
        Path = path;
        Identity = identity;
        _logger = logger;
    }

    public string Path { get; }

    /// <summary>16 bytes that name the service and the key that the files are for: those of another are never used.</summary>
    public byte[] Identity { get; }

    /// <summary>The folder that the options ask for; null when they ask for none, or the platform has none.</summary>
    public static DataFolder? Of(ExperimentsOptions options, ILogger logger)
    {
        if (options.InMemoryOnly) return null;
        var identity = IdentityOf(options);
        if (options.Folder is { } folder) return new(System.IO.Path.GetFullPath(folder), identity, logger);

        var root = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (root.Length > 0) return new(System.IO.Path.Combine(root, "Experiments.Sdk", Convert.ToHexStringLower(identity)), identity, logger);
        logger.FolderUnusable("the platform names no folder for local application data");
        return null;
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Opens a file for this user only, making the folder where it is missing.</summary>
    public FileStream Open(string path, FileMode mode, FileShare share)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
        else if (!Directory.Exists(Path)) Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);

        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Renames a file that cannot be used, so that it is looked at once and never again.</summary>
    public void SetAside(string path, string problem)
    {
        _logger.FileSetAside(System.IO.Path.GetFileName(path), problem);
        try
        {
            File.Move(path, path + AsideEnding, overwrite: true);
            PruneAside();
        }
        catch (Exception exception) when (IsFileProblem(exception))
        {
            Unusable(exception);
        }
    }

    /// <summary>Keeps the unreadable end of a file in a file of its own.</summary>
    public void SetAside(string path, ReadOnlySpan<byte> tail, string problem)
    {
        _logger.FileSetAside(System.IO.Path.GetFileName(path), problem);
        try
        {
            using var file = Open(path + ".tail" + AsideEnding, FileMode.Create, FileShare.None);
            file.Write(tail);
            PruneAside();
        }
        catch (Exception exception) when (IsFileProblem(exception))
        {
            Unusable(exception);
        }
    }

    /// <summary>Says once that the SDK goes on in memory.</summary>
    public void Unusable(Exception exception)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0) _logger.FolderUnusable(exception.GetType().Name);
    }

    public static bool IsFileProblem(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException or ArgumentException;

    /// <summary>The settings hold secrets: a cryptographic hash, cut to what a name needs.</summary>
    private static byte[] IdentityOf(ExperimentsOptions options)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(options.ApiKey ?? "")));
        var text = string.Join('\n', options.Endpoint!.AbsoluteUri.TrimEnd('/'), options.Redis, options.RedisPrefix, key);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16];
    }

    private void PruneAside()
    {
        var files = new DirectoryInfo(Path).GetFiles("*" + AsideEnding);
        foreach (var file in files.OrderByDescending(file => file.LastWriteTimeUtc).Skip(MaximumAside)) file.Delete();
    }
}
