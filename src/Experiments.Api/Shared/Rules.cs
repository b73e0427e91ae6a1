using FluentValidation;

namespace Experiments.Api.Shared;

/// <summary>Rules whose messages say what would be right; the field's path stands before them.</summary>
internal static class Rules
{
    public static IRuleBuilderOptions<T, string?> Key<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(Keys.IsValid).WithMessage(Keys.Message);

    public static IRuleBuilderOptions<T, string?> Text<T>(this IRuleBuilder<T, string?> rule, int longest) => rule
        .Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("is required, and is not blank")
        .MaximumLength(longest).WithMessage($"must have at most {longest} characters");

    public static IRuleBuilderOptions<T, string?> OptionalText<T>(this IRuleBuilder<T, string?> rule, int longest) => rule
        .Must(text => text is null || (text.Length > 0 && text.Length <= longest))
        .WithMessage($"must be absent, or have 1 to {longest} characters");

    public static IRuleBuilderOptions<T, string?> OneOf<T>(this IRuleBuilder<T, string?> rule, params string[] values) => rule
        .Must(text => text is not null && values.Contains(text, StringComparer.Ordinal))
        .WithMessage($"must be one of: {string.Join(", ", values)}");

    public static IRuleBuilderOptions<T, string?> OptionalOneOf<T>(this IRuleBuilder<T, string?> rule, params string[] values) => rule
        .Must(text => text is null || values.Contains(text, StringComparer.Ordinal))
        .WithMessage($"must be absent, or one of: {string.Join(", ", values)}");

    public static IRuleBuilderOptions<T, TNumber?> Within<T, TNumber>(
        this IRuleBuilder<T, TNumber?> rule, Func<TNumber, bool> accepts, string range)
        where TNumber : struct => rule
        .Must(value => value is null || accepts(value.Value)).WithMessage($"must be {range}");
}
