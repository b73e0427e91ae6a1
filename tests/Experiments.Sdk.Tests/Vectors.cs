using System.Text.Json;

namespace Experiments.Sdk.Tests;

internal static class Vectors
{
    public static T Read<T>(string file) => JsonSerializer.Deserialize<T>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", file)), JsonSerializerOptions.Web)!;
}
