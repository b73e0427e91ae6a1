using System.Security.Claims;
using Experiments.Api.Archive;
using Experiments.Api.Assignments;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Users;

/// <summary><c>DELETE /v1/users/{id}</c>: everything that the service knows of a user goes, what he added to results too.</summary>
internal static class EraseUser
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Map(RouteGroupBuilder users) => users
        .MapDelete("/{id}", HandleAsync)
        .WithName("eraseUser")
        .WithSummary("Erases a user everywhere, the archive too; 202 when the archive's keeper is still at it. An unknown user is no error.")
        .Produces(StatusCodes.Status202Accepted)
        .Answers(StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable);

    internal static async Task<Results<NoContent, StatusCodeHttpResult>> HandleAsync(
        string id, HttpContext http, EventLedger ledger, UserEraser eraser, Erasures erasures, Archiver archiver, StoreArmStore arms, CatalogStore catalog, TimeProvider clock,
        ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        id = Unescaped(http, id);
        if (!UserIds.IsValid(id)) throw Problems.Invalid("invalid-user", $"The id {UserIds.Message}.");

        // The ledger first: what it forgets decides which entries of the inbox may still hold him. A crash in between is the caller's
        // to notice: he has no answer, and asks again.
        var erased = new List<Erasure>();
        foreach (var pseudonym in await ledger.IdsOfAsync(ledger.Pseudonym(id), cancellationToken))
        {
            var head = await eraser.EraseAsync(pseudonym, cancellationToken);
            erased.Add(new Erasure(pseudonym.ToString(), eraser.ShardOf(pseudonym), head.Entries));
            await erasures.AddAsync(erased[^1], cancellationToken);
        }

        var state = await catalog.RefreshAsync(cancellationToken);
        await arms.ForgetAsync(state.Experiments.Values.Where(e => e.Bandit is not null).Select(e => e.Key), id, cancellationToken);
        await catalog.CommitAsync(user.ActorName(), _ => new CatalogChange("user.erase", ""), cancellationToken);
        return await IsDoneAsync(erased, erasures, archiver, clock, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    /// <summary>Routing leaves %2F as it is, so that an id with a slash would be another's: the id is taken from the path as it came.</summary>
    private static string Unescaped(HttpContext http, string routed)
    {
        var path = http.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        var at = path.LastIndexOf('/');
        return at >= 0 && path.Length > at + 1 ? Uri.UnescapeDataString(path[(at + 1)..]) : routed;
    }

    private static async Task<bool> IsDoneAsync(
        IReadOnlyList<Erasure> erased, Erasures erasures, Archiver archiver, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
        {
            await archiver.RunAsync(cancellationToken);
            if (!(await erasures.ReadAsync(cancellationToken)).Any(erased.Contains)) return true;
            await Task.Delay(Pause, clock, cancellationToken);
        }

        return false;
    }
}
