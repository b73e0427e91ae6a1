using System.Collections.Frozen;
using System.Text.Json;

namespace Experiments.Sdk.Assignment;

/// <summary>A compiled <see cref="AudienceCondition"/>: answers without allocating.</summary>
internal abstract class Audience
{
    /// <summary>Deepest tree that is compiled; the service refuses deeper ones long before.</summary>
    private const int MaximumDepth = 32;

    /// <summary>Whether a user with these attributes belongs to the audience.</summary>
    public abstract bool Matches(ExperimentContext? context);

    /// <summary>Compiles a condition.</summary>
    /// <exception cref="FormatException">A node has not exactly one of its forms, as one of a later version may: serve nobody.</exception>
    public static Audience Compile(AudienceCondition condition) => Compile(condition, MaximumDepth);

    private static Audience Compile(AudienceCondition condition, int depth)
    {
        if (condition is null || depth == 0) throw new FormatException("An audience has an empty or too deep condition.");
        var operators = Operators(condition);
        return condition switch
        {
            { All: { } all, Any: null, Not: null, Attribute: null } when operators == 0 => new All(CompileEach(all, depth)),
            { All: null, Any: { } any, Not: null, Attribute: null } when operators == 0 => new Any(CompileEach(any, depth)),
            { All: null, Any: null, Not: { } not, Attribute: null } when operators == 0 => new Not(Compile(not, depth - 1)),
            { All: null, Any: null, Not: null, Attribute: { } attribute } when operators == 1 => Leaf(attribute, condition),
            _ => throw new FormatException("An audience's condition is one of all, any, not, or an attribute with one operator."),
        };
    }

    private static Audience[] CompileEach(IReadOnlyList<AudienceCondition> conditions, int depth) =>
        [.. conditions.Select(condition => Compile(condition, depth - 1))];

    private static int Operators(AudienceCondition c) =>
        Set(c.EqualTo) + Set(c.In) + Set(c.NotIn) + Set(c.GreaterThan) + Set(c.AtLeast) + Set(c.LessThan) + Set(c.AtMost)
        + Set(c.Contains) + Set(c.StartsWith) + Set(c.Exists);

    private static int Set<T>(T? member) => member is null ? 0 : 1;

    private static Audience Leaf(string attribute, AudienceCondition condition) => condition switch
    {
        { EqualTo: { } value } => new Equal(attribute, Value(value)),
        { In: { } values } => new OneOf(attribute, Values(values), negated: false),
        { NotIn: { } values } => new OneOf(attribute, Values(values), negated: true),
        { GreaterThan: { } bound } => new Above(attribute, bound, included: false),
        { AtLeast: { } bound } => new Above(attribute, bound, included: true),
        { LessThan: { } bound } => new Below(attribute, bound, included: false),
        { AtMost: { } bound } => new Below(attribute, bound, included: true),
        { Contains: { } text } => new Contains(attribute, text),
        { StartsWith: { } text } => new StartsWith(attribute, text),
        _ => new Exists(attribute, condition.Exists!.Value),
    };

    private static FrozenSet<AttributeValue> Values(IReadOnlyList<JsonElement> values) => values.Select(Value).ToFrozenSet();

    private static AttributeValue Value(JsonElement element) => AttributeValue.FromJson(element) is { Kind: not AttributeKind.None } value
        ? value
        : throw new FormatException($"An audience compares with a string, a number or a truth value, not with {element.ValueKind}.");

    private sealed class All(Audience[] parts) : Audience
    {
        public override bool Matches(ExperimentContext? context)
        {
            foreach (var part in parts)
            {
                if (!part.Matches(context)) return false;
            }

            return true;
        }
    }

    private sealed class Any(Audience[] parts) : Audience
    {
        public override bool Matches(ExperimentContext? context)
        {
            foreach (var part in parts)
            {
                if (part.Matches(context)) return true;
            }

            return false;
        }
    }

    private sealed class Not(Audience part) : Audience
    {
        public override bool Matches(ExperimentContext? context) => !part.Matches(context);
    }

    /// <summary>A condition on one attribute; a missing attribute has the kind None, which no comparison accepts.</summary>
    private abstract class Condition(string attribute) : Audience
    {
        public sealed override bool Matches(ExperimentContext? context) => Accepts(context is null ? default : context[attribute]);

        protected abstract bool Accepts(AttributeValue value);
    }

    private sealed class Equal(string attribute, AttributeValue expected) : Condition(attribute)
    {
        protected override bool Accepts(AttributeValue value) => value == expected;
    }

    private sealed class OneOf(string attribute, FrozenSet<AttributeValue> values, bool negated) : Condition(attribute)
    {
        protected override bool Accepts(AttributeValue value) => values.Contains(value) != negated;
    }

    private sealed class Above(string attribute, double bound, bool included) : Condition(attribute)
    {
        protected override bool Accepts(AttributeValue value) =>
            value.Kind == AttributeKind.Number && (value.Number > bound || (included && value.Number == bound));
    }

    private sealed class Below(string attribute, double bound, bool included) : Condition(attribute)
    {
        protected override bool Accepts(AttributeValue value) =>
            value.Kind == AttributeKind.Number && (value.Number < bound || (included && value.Number == bound));
    }

    private sealed class Contains(string attribute, string text) : Condition(attribute)
    {
        protected override bool Accepts(AttributeValue value) =>
            value.Kind == AttributeKind.Text && value.Text.Contains(text, StringComparison.Ordinal);
    }

    private sealed class StartsWith(string attribute, string text) : Condition(attribute)
    {
        protected override bool Accepts(AttributeValue value) =>
            value.Kind == AttributeKind.Text && value.Text.StartsWith(text, StringComparison.Ordinal);
    }

    private sealed class Exists(string attribute, bool expected) : Condition(attribute)
    {
        protected override bool Accepts(AttributeValue value) => (value.Kind != AttributeKind.None) == expected;
    }
}
