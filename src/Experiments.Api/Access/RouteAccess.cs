namespace Experiments.Api.Access;

/// <summary>Marks a route that shows no data and needs no key.</summary>
internal sealed record PublicAccess;

/// <summary>Marks a page for people: without a session they are sent to sign in.</summary>
internal sealed record PageAccess;

/// <summary>Marks a route that a browser key may use.</summary>
internal sealed record BrowserAccess;

/// <summary>What routes declare of who may use them.</summary>
internal static class RouteAccess
{
    /// <summary>Declares once, on a group, the roles that its routes need.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder builder, Role read, Role write)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRequirement(read, write));

    /// <summary>Declares that a route shows no data and needs no key.</summary>
    public static TBuilder Public<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new PublicAccess());

    /// <summary>Declares pages for people: who has not signed in is sent to the sign-in page, and back.</summary>
    public static TBuilder Pages<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new PageAccess());

    /// <summary>Declares that a stream takes a ticket in its address, in place of a key.</summary>
    public static TBuilder TakesTickets<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new TicketAccess());

    /// <summary>Declares that pages of apps use a route: browser keys may, and so may the origins that the configuration names.</summary>
    public static TBuilder ForBrowsers<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new BrowserAccess());
        return builder.RequireCors(Cors.Policy);
    }
}
