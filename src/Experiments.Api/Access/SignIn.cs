using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Access;

/// <summary><c>/sign-in</c> and <c>/sign-out</c>: a person shows a key once, and a cookie stands for it.</summary>
internal static class SignIn
{
    public const string Path = "/sign-in";
    public const string OutPath = "/sign-out";

    private const string Html = "text/html; charset=utf-8";
    private const int LargestFormBytes = 8 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").ExcludeFromDescription().Public();
        pages.MapGet(Path, Show);
        pages.MapPost(Path, EnterAsync);
        pages.MapPost(OutPath, Leave);
    }

    /// <summary>Where a person without a session is sent: the page asked for comes after the sign-in.</summary>
    public static string For(HttpRequest request) => $"{Path}?returnTo={Uri.EscapeDataString(request.PathBase + request.Path + request.QueryString)}";

    internal static IResult Show(HttpContext context, Sessions sessions, CatalogStore catalog)
    {
        var returnTo = Local(context.Request.Query["returnTo"]);
        if (catalog.State.AccessKeys.IsEmpty || sessions.Find(context) is not null) return TypedResults.LocalRedirect(returnTo);
        var words = SignInPage.For(context.Request);
        var isClear = !context.Request.IsHttps && !Sessions.IsLoopback(context.Request.Host)
            && !context.Request.Headers["X-Forwarded-Proto"].ToString().Equals("https", StringComparison.OrdinalIgnoreCase);
        return TypedResults.Content(SignInPage.Render(words, returnTo, isClear ? words.Unencrypted : null), Html);
    }

    internal static async Task<IResult> EnterAsync(
        HttpContext context, Sessions sessions, Credentials credentials, CancellationToken cancellationToken)
    {
        RefuseForeign(context.Request);
        if (!context.Request.HasFormContentType || context.Request.ContentLength is null or > LargestFormBytes)
            throw Problems.Invalid("form-required", "Send the form: 'key' and 'returnTo', application/x-www-form-urlencoded.");

        var form = await context.Request.ReadFormAsync(cancellationToken);
        var returnTo = Local(form["returnTo"]);
        var words = SignInPage.For(context.Request);
        var (admission, problem) = credentials.Find(context, form["key"].ToString().Trim());
        if (admission is not null && RoleNames.Parse(admission.Key.Role) is not (null or Role.App))
        {
            sessions.Begin(context, admission);
            // 303, so that going back does not send the key again.
            context.Response.Headers.Location = returnTo;
            return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
        }

        var (error, status) = problem switch
        {
            null => (words.AppKey, StatusCodes.Status403Forbidden),
            { RetryAfterSeconds: not null } => (words.TooMany, StatusCodes.Status429TooManyRequests),
            _ => (words.Wrong, StatusCodes.Status401Unauthorized),
        };
        if (problem?.RetryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Content(SignInPage.Render(words, returnTo, error), Html, statusCode: status);
    }

    internal static IResult Leave(HttpContext context)
    {
        RefuseForeign(context.Request);
        Sessions.End(context);
        context.Response.Headers.Location = Path;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    // Another site must neither sign a person in under a key of its own nor sign him out.
    private static void RefuseForeign(HttpRequest request)
    {
        if (!OwnOrigin.IsShown(request)) throw AccessProblems.ForeignOrigin();
    }

    /// <summary>A path of this service, whatever was asked for: a sign-in must not end on somebody else's page.</summary>
    private static string Local(string? returnTo) =>
        returnTo is { Length: > 0 and < 2000 } && returnTo[0] == '/' && !returnTo.StartsWith("//", StringComparison.Ordinal)
        && !returnTo.Any(c => c == '\\' || char.IsControl(c)) && !returnTo.StartsWith(Path, StringComparison.OrdinalIgnoreCase)
            ? returnTo
            : "/";
}
