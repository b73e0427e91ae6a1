namespace Experiments.Sdk.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("experiments-sdk-");

    public string Path => _folder.FullName;

    public string[] Files(string pattern) => Directory.GetFiles(Path, pattern);

    public void Dispose() => _folder.Delete(recursive: true);
}
