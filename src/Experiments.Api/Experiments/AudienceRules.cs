using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Sdk.Assignment;
using FluentValidation;

namespace Experiments.Api.Experiments;

/// <summary>What an audience may look like: bounded, because every SDK evaluates it at each first assignment.</summary>
internal static class AudienceRules
{
    private const int DeepestLevel = 8;
    private const int LargestNumberOfClauses = 100;
    private const int LongestList = 10_000;
    private const int LongestText = 1_000;

    public static void Check<T>(AudienceCondition? audience, ValidationContext<T> context)
    {
        if (audience is null) return;
        var clauses = 0;
        Check(audience, "Audience", level: 1, ref clauses, context.AddFailure);
        if (clauses > LargestNumberOfClauses)
            context.AddFailure("Audience", $"must have at most {LargestNumberOfClauses} conditions, not {clauses}");
    }

    private static void Check(AudienceCondition? node, string path, int level, ref int clauses, Action<string, string> fail)
    {
        if (node is null)
        {
            fail(path, "must be a condition, not null");
            return;
        }

        if (level > DeepestLevel)
        {
            fail(path, $"must be nested at most {DeepestLevel} levels deep");
            return;
        }

        clauses++;
        var operators = Operators(node).Count();
        var shapes = Count(node.All) + Count(node.Any) + Count(node.Not) + Count(node.Attribute);
        if (shapes != 1 || (node.Attribute is null && operators > 0))
        {
            fail(path, "must have exactly one of 'all', 'any', 'not', 'attribute'; an operator stands beside 'attribute' only");
            return;
        }

        if (node.Attribute is not null) CheckClause(node, path, operators, fail);
        else if (node.Not is not null) Check(node.Not, path + ".Not", level + 1, ref clauses, fail);
        else CheckList(node, path, level, ref clauses, fail);
    }

    private static void CheckList(AudienceCondition node, string path, int level, ref int clauses, Action<string, string> fail)
    {
        var list = node.All ?? node.Any!;
        var name = node.All is not null ? "All" : "Any";
        if (list.Count == 0) fail($"{path}.{name}", "must have at least one condition");
        for (var i = 0; i < list.Count && clauses <= LargestNumberOfClauses; i++)
            Check(list[i], $"{path}.{name}[{i}]", level + 1, ref clauses, fail);
    }

    private static void CheckClause(AudienceCondition node, string path, int operators, Action<string, string> fail)
    {
        if (node.Attribute is not { Length: > 0 and <= 100 }) fail(path + ".Attribute", "must be an attribute's name of 1 to 100 characters");
        if (operators != 1)
        {
            fail(path, "must have exactly one operator beside 'attribute': equals, in, notIn, greaterThan, atLeast, lessThan, atMost, "
                + "contains, startsWith or exists");
            return;
        }

        if (node.EqualTo is { } value && !IsScalar(value)) fail(path + ".Equals", "must be a string, a number, true or false");
        CheckValues(node.In, path + ".In", fail);
        CheckValues(node.NotIn, path + ".NotIn", fail);
        if (node.Contains is { Length: 0 or > LongestText }) fail(path + ".Contains", $"must have 1 to {LongestText} characters");
        if (node.StartsWith is { Length: 0 or > LongestText }) fail(path + ".StartsWith", $"must have 1 to {LongestText} characters");
    }

    private static void CheckValues(IReadOnlyList<JsonElement>? values, string path, Action<string, string> fail)
    {
        if (values is null) return;
        if (values.Count is 0 or > LongestList) fail(path, $"must have 1 to {LongestList} values");
        else if (!values.All(IsScalar)) fail(path, "must be a list of strings, numbers, true or false");
        else if (values.Select(v => v.ValueKind is JsonValueKind.False ? JsonValueKind.True : v.ValueKind).Distinct().Count() > 1)
            fail(path, "must be a list of values of one JSON type");
    }

    private static bool IsScalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Length <= LongestText,
        JsonValueKind.Number => JsonNumbers.AreFinite(value),
        JsonValueKind.True or JsonValueKind.False => true,
        _ => false,
    };

    private static int Count(object? member) => member is null ? 0 : 1;

    private static IEnumerable<object> Operators(AudienceCondition node) => new object?[]
    {
        node.EqualTo, node.In, node.NotIn, node.GreaterThan, node.AtLeast, node.LessThan, node.AtMost, node.Contains, node.StartsWith,
        node.Exists,
    }.OfType<object>();
}
