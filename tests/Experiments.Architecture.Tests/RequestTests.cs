using System.Reflection;
using FluentValidation;

namespace Experiments.Architecture.Tests;

/// <summary>No request reaches its handler unchecked.</summary>
public sealed class RequestTests
{
    private static readonly Type[] Types = Assembly.Load("Experiments.Api").GetTypes();

    /// <summary>Use cases with a nested <c>Request</c>.</summary>
    public static TheoryData<string> UseCases => [.. Types.Where(t => t is { IsNested: true, Name: "Request" }).Select(t => t.DeclaringType!.FullName!)];

    [Theory, MemberData(nameof(UseCases))]
    public void Request_OfEveryUseCase_HasAValidator(string useCase)
    {
        var type = Types.Single(t => t.FullName == useCase);
        var request = type.GetNestedType("Request", BindingFlags.Public | BindingFlags.NonPublic)!;
        var contract = typeof(IValidator<>).MakeGenericType(request);

        Assert.Contains(type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic), contract.IsAssignableFrom);
    }

    [Theory, MemberData(nameof(UseCases))]
    public void Request_OfEveryUseCase_IsValidatedByItsRoute(string useCase)
    {
        var name = useCase[(useCase.LastIndexOf('.') + 1)..];
        var sources = Repository.Sources("src", "Experiments.Api").Where(file => Path.GetFileName(file).Split('.')[0] == name).ToList();

        Assert.NotEmpty(sources);
        Assert.Contains(sources, file => File.ReadAllText(file).Contains(".Validate<Request>()", StringComparison.Ordinal));
    }
}
