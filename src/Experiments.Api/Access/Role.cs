namespace Experiments.Api.Access;

/// <summary>What a key may do.</summary>
internal enum Role
{
    /// <summary>Snapshot, assignments, events: what an app needs.</summary>
    App,

    /// <summary>Read everything.</summary>
    Viewer,

    /// <summary>Define, start, stop.</summary>
    Marketer,

    /// <summary>Everything, keys and erasure included.</summary>
    Admin,
}

/// <summary>What the routes of a group ask of a key: one role to read (GET, HEAD), one to write.</summary>
internal sealed record AccessRequirement(Role Read, Role Write)
{
    /// <summary>A route that says nothing is for administrators: forgetting to declare must not open a door.</summary>
    public static readonly AccessRequirement Undeclared = new(Role.Admin, Role.Admin);

    /// <summary>Readers, marketers and administrators each may all that the one before may; an app stands apart.</summary>
    public bool Allows(Role role, string method)
    {
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        var wanted = isRead ? Read : Write;
        // What apps do, a marketer may do too (to try a test by hand); who only reads may read what apps read.
        if (wanted == Role.App) return isRead || role != Role.Viewer;
        return role != Role.App && role >= wanted;
    }
}
