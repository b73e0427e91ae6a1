using System.Net;
using Experiments.Api.Catalog;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Experiments.Api.Access;

/// <summary>Refuses to listen where others could come in while no key exists.</summary>
internal static class LoopbackOnly
{
    /// <summary>Called for each address before it is bound, whatever named it: --urls, environment, Kestrel's section.</summary>
    public static void Check(ListenOptions listen)
    {
        if (!IsOpen(listen) || !listen.ApplicationServices.GetRequiredService<CatalogStore>().State.AccessKeys.IsEmpty) return;
        throw new UnsafeAddressException(
            $"Refusing to listen on {listen}: no access key exists, and anyone who reaches this address could change your tests. "
            + "Make a key first with 'keys create --role admin', or listen on 127.0.0.1 only (--urls http://127.0.0.1:5080).");
    }

    // A socket handed over by its number says nothing of who can reach it; a Unix socket is guarded by the rights of its file.
    private static bool IsOpen(ListenOptions listen) => listen.IPEndPoint is { } address
        ? !IPAddress.IsLoopback(address.Address)
        : listen.SocketPath is null && listen.PipeName is null;
}

/// <summary>The service was asked to listen where it would be open to anybody.</summary>
internal sealed class UnsafeAddressException(string message) : Exception(message);
