using System.Security.Cryptography;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.DataProtection;

namespace Experiments.Api.Access;

/// <summary>Admissions as a text that a client keeps and cannot read, forge or prolong; the key itself is not in it.</summary>
/// <remarks>Checked against the catalogue whenever it is shown: it ends with its key, and follows its role.</remarks>
/// <param name="protector">Seals for one purpose: a text of another is none.</param>
/// <param name="catalog">Holds the keys.</param>
/// <param name="clock">Tells whether it has ended.</param>
internal sealed class SealedAdmissions(IDataProtector protector, CatalogStore catalog, TimeProvider clock)
{
    /// <param name="Key">Name of the key.</param>
    /// <param name="Secret">Hash of the secret that was shown: what it opened does not outlive it.</param>
    /// <param name="Until">End.</param>
    internal sealed record Ticket(string Key, string Secret, DateTimeOffset Until);

    public string Seal(Admission admission, DateTimeOffset until) =>
        protector.Protect(JsonSerializer.Serialize(new Ticket(admission.Key.Key, admission.SecretHash, until), ApiJson.Stored));

    /// <summary>The admission, if it still holds.</summary>
    public Admission? Open(string text)
    {
        if (Read(text) is not { } ticket) return null;
        var state = catalog.State;
        if (state.AccessKeys.GetValueOrDefault(ticket.Key) is not { } key) return null;
        var admission = new Admission(key, ticket.Secret, ticket.Until);
        return admission.HoldsAt(state, clock.GetUtcNow()) ? admission : null;
    }

    private Ticket? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Ticket>(protector.Unprotect(text), ApiJson.Stored);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            return null; // forged, cut off, or of another store: as good as none
        }
    }
}
