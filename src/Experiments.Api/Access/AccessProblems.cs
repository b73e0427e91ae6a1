using Experiments.Api.Shared;

namespace Experiments.Api.Access;

/// <summary>The refusals of this slice.</summary>
internal static class AccessProblems
{
    public static ProblemException KeyRequired() => new(StatusCodes.Status401Unauthorized, "key-required",
        "This service asks for a key: send 'Authorization: Bearer <key>'. An administrator makes one with 'keys create'.");

    public static ProblemException KeyInvalid() => new(StatusCodes.Status401Unauthorized, "key-invalid", "The key is unknown, revoked or out of date.");

    public static ProblemException TicketEnded() => new(StatusCodes.Status401Unauthorized, "ticket-ended",
        "The ticket of this stream has ended: ask for the flags again, the answer has a new one.");

    public static ProblemException KeyMistyped() => new(StatusCodes.Status401Unauthorized, "key-invalid",
        "This is no key of this service, or a part of it is missing: its checksum does not fit. Copy it whole, from 'exp_' on.");

    public static ProblemException TooManyWrongKeys(int seconds) => new(StatusCodes.Status429TooManyRequests, "too-many-wrong-keys",
        "Too many wrong keys from this address. Correct the key, then wait as Retry-After says.")
    {
        RetryAfterSeconds = seconds,
    };

    public static ProblemException RoleInsufficient(string role) => new(StatusCodes.Status403Forbidden, "role-insufficient",
        $"A key of role '{role}' may not do this; use one of a role that may.");

    public static ProblemException NotForBrowsers() => new(StatusCodes.Status403Forbidden, "browser-key",
        "A browser key stands in a page that anybody reads: it may ask for assignments and flags and send events, and sees no audience rules. "
        + "Use POST /v1/assignments or OFREP, or an app key on a server.");

    public static ProblemException ForeignOrigin() => new(StatusCodes.Status403Forbidden, "origin-refused",
        "This request came from the page of another site. Pages of other sites use a key (Authorization: Bearer), from an origin that "
        + "Experiments:Access:Origins names.");

    public static ProblemException ForeignHost() => new(StatusCodes.Status421MisdirectedRequest, "host-refused",
        "Without keys the service answers under the names of this machine only (localhost, 127.0.0.1). "
        + "Make a key with 'keys create --role admin' to serve others.");
}
