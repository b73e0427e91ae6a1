using System.Text.Json;

namespace Experiments.Api.Tests.RealData;

/// <summary>Real data sets and reference figures made with other tools; they are not part of the repository.</summary>
internal static class SharedData
{
    private const string Variable = "EXPERIMENTS_SHARED_DATA";

    /// <summary>The folder, or a skipped test that says why.</summary>
    public static string Folder
    {
        get
        {
            var folder = Find();
            Assert.SkipWhen(folder is null, $"No folder shared/data beside the repository, and {Variable} names none.");
            return folder!;
        }
    }

    public static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Folder, file));

    public static JsonElement Reference(string dataset)
    {
        using var document = JsonDocument.Parse(Read("reference.json"));
        return document.RootElement.GetProperty(dataset).Clone();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Experiments.sln"))) continue;
            var data = Path.Combine(folder.FullName, "..", "shared", "data");
            return File.Exists(Path.Combine(data, "reference.json")) ? Path.GetFullPath(data) : null;
        }

        return null;
    }
}
