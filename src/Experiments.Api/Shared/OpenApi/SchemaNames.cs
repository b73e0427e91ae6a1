namespace Experiments.Api.Shared.OpenApi;

/// <summary>Names of schemas: a nested request takes its use case's name, a page the name of its items.</summary>
internal static class SchemaNames
{
    public static string Of(Type type)
    {
        if (type.IsGenericType)
        {
            var arguments = string.Concat(type.GetGenericArguments().Select(Of));
            return arguments + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
        }

        var name = type.Name.EndsWith("View", StringComparison.Ordinal) ? type.Name[..^"View".Length] : type.Name;
        return type.DeclaringType is { } useCase && name is "Request" or "Answer" ? useCaseName(type) : name;

        static string useCaseName(Type nested) => nested.DeclaringType!.Name + nested.Name;
    }
}
