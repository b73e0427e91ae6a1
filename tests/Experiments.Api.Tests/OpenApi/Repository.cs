namespace Experiments.Api.Tests.OpenApi;

/// <summary>The folder that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Experiments.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
