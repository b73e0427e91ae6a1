using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;

namespace Experiments.Api.Tests.Clients;

/// <summary>The client that NSwag makes of <c>openapi.yaml</c>, compiled with a program that uses it.</summary>
internal static class GeneratedClient
{
    public static async Task<string> SourceAsync(string openApi)
    {
        var document = await OpenApiYamlDocument.FromYamlAsync(openApi, TestContext.Current.CancellationToken);
        return new CSharpClientGenerator(document, new CSharpClientGeneratorSettings
        {
            ClassName = "ExperimentsClient",
            OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(),
            UseBaseUrl = false,
            CSharpGeneratorSettings =
            {
                Namespace = "Generated",
                JsonLibrary = CSharpJsonLibrary.SystemTextJson,
                JsonLibraryVersion = 10m,
                GenerateNullableReferenceTypes = true,
                GenerateOptionalPropertiesAsNullable = true,
            },
        }).GenerateFile();
    }

    /// <exception cref="InvalidOperationException">It does not compile; the message has the first errors.</exception>
    public static Assembly Compile(params string[] sources)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "netstandard.dll" or "Microsoft.CSharp.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "GeneratedClient", sources.Select(source => CSharpSyntaxTree.ParseText(source)), references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using var bytes = new MemoryStream();
        var result = compilation.Emit(bytes);
        if (!result.Success)
        {
            throw new InvalidOperationException(string.Join(
                '\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10)));
        }

        bytes.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(bytes);
    }
}
