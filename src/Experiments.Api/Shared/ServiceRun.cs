using Experiments.Api.Access;
using Experiments.Api.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Shared;

/// <summary>Runs the program: what its operator can set right is said on one line, without a stack trace.</summary>
internal static class ServiceRun
{
    /// <returns>The exit code: 1 when a setting must be changed first.</returns>
    public static async Task<int> ExitCodeAsync(Func<Task<int>> run, TextWriter errors)
    {
        try
        {
            return await run();
        }
        catch (Exception exception) when (exception is UnsafeAddressException or StoreRefusedException or StoreUnavailableException
            or InvalidDataException or ProblemException or OptionsValidationException or AddressInUseException
            or IOException { InnerException: AddressInUseException })
        {
            await errors.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        await app.RunAsync();
        return 0;
    }
}
