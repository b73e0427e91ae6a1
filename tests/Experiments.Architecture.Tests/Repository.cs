using System.Reflection;

namespace Experiments.Architecture.Tests;

/// <summary>The sources that the rules speak of.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>C# sources of a project, those made by the build left out.</summary>
    public static IEnumerable<string> Sources(params string[] folder)
    {
        var root = PathOf(folder);
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Where(file =>
            Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
    }
}
