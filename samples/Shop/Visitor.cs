using Microsoft.FeatureManagement.FeatureFilters;

namespace Shop;

/// <summary>Who visits: a cookie's id from the first page on, and the customer's number once he has logged in.</summary>
internal sealed record Visitor(string CookieId, string? Customer)
{
    /// <summary>The id that experiments know him by: the customer's number joins the cookie's id by <c>Alias</c>.</summary>
    public string Id => Customer ?? CookieId;

    public static Visitor Of(HttpContext context) => (Visitor)context.Items[typeof(Visitor)]!;
}

/// <summary>Gives every visitor an id before any page asks for one.</summary>
internal sealed class VisitorCookie(RequestDelegate next)
{
    public const string Visitor = "visitor";
    public const string Customer = "customer";

    public static readonly CookieOptions Options = new() { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(180) };

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(Visitor, out var id) || string.IsNullOrEmpty(id))
        {
            id = Guid.NewGuid().ToString("N");
            context.Response.Cookies.Append(Visitor, id, Options);
        }

        context.Items[typeof(Visitor)] = new Visitor(id, context.Request.Cookies[Customer]);
        return next(context);
    }
}

/// <summary>The user as Microsoft.FeatureManagement wants him. The cookie's id: it does not change at the log-in, so no flag does.</summary>
internal sealed class VisitorTargeting(IHttpContextAccessor http) : ITargetingContextAccessor
{
    public ValueTask<TargetingContext> GetContextAsync() =>
        new(http.HttpContext is { } context ? new TargetingContext { UserId = Shop.Visitor.Of(context).CookieId } : new TargetingContext());
}
