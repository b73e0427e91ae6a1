using System.Text;
using FluentValidation;
using FluentValidation.Results;

namespace Experiments.Api.Shared;

/// <summary>Runs the validator of a request before its handler: 400 with messages by JSON path.</summary>
internal static class Validation
{
    public const string Code = "invalid-request";

    /// <summary>Registers every validator of this assembly; a validator takes no dependency, so one instance serves all.</summary>
    public static IServiceCollection AddValidators(this IServiceCollection services)
    {
        foreach (var type in typeof(Validation).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(IsValidator)) services.AddSingleton(contract, type);
        }

        return services;
    }

    public static RouteHandlerBuilder Validate<TRequest>(this RouteHandlerBuilder route) => route
        .AddEndpointFilter(static async (context, next) =>
        {
            var request = context.Arguments.OfType<TRequest>().FirstOrDefault();
            if (request is not null)
            {
                var validator = context.HttpContext.RequestServices.GetRequiredService<IValidator<TRequest>>();
                Check(validator.Validate(request));
            }

            return await next(context);
        })
        .Answers(StatusCodes.Status400BadRequest);

    /// <summary>Throws the 400 of a failed validation; for requests that are not bound by the framework (merge patches).</summary>
    public static void Check(ValidationResult result)
    {
        if (result.IsValid) return;
        // A rule with a code of its own (kebab-case) names the whole problem; FluentValidation's own codes are type names.
        var code = result.Errors.Select(e => e.ErrorCode).FirstOrDefault(c => c is { Length: > 0 } && char.IsAsciiLetterLower(c[0])) ?? Code;
        var errors = result.Errors.Select(e => (Field: JsonPath(e.PropertyName), e.ErrorMessage)).Distinct().ToArray();
        throw Problems.Invalid(code, string.Join("; ", errors.Take(3).Select(e => $"'{e.Field}' {e.ErrorMessage}")) + ".", errors);
    }

    /// <summary><c>Variants[1].Weight</c> as <c>variants[1].weight</c>.</summary>
    internal static string JsonPath(string property)
    {
        var path = new StringBuilder(property.Length);
        var start = true;
        foreach (var c in property)
        {
            path.Append(start ? char.ToLowerInvariant(c) : c);
            start = c == '.';
        }

        return path.Length == 0 ? "$" : path.ToString();
    }

    private static bool IsValidator(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IValidator<>);
}
