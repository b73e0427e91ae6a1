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
        if (type.DeclaringType is not { } useCase) return name;

        // What is nested is named for its use case: two of them may each have a KPI of their own.
        if (name.Length == 0) return useCase.Name + "Answer";
        return name.EndsWith("Request", StringComparison.Ordinal) || name == "Answer" ? useCase.Name + name : name;
    }
}
