using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Arms;

/// <summary>Arms kept by the service, for an app that does not reach its Redis: <c>POST /v1/assignments/arms</c>.</summary>
internal sealed class HttpArmStore(ServiceClient service) : IArmStore
{
    public async Task<KeptArm> KeepAsync(string experiment, string user, KeptArm proposed, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, service.Arms)
            {
                Content = JsonContent.Create(new Request(experiment, user, proposed.Variant, proposed.Epoch), options: JsonSerializerOptions.Web),
            };
            return await service.SendAsync(request, ReadAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not ArmStoreUnavailableException && ServiceClient.IsUnavailable(exception, cancellationToken))
        {
            throw new ArmStoreUnavailableException(ServiceClient.Describe(exception));
        }
    }

    private static async Task<KeptArm> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK) throw new ArmStoreUnavailableException($"status {(int)response.StatusCode}");
        var kept = await response.Content.ReadFromJsonAsync<Answer>(JsonSerializerOptions.Web, cancellationToken).ConfigureAwait(false);
        return kept is { Variant: { Length: > 0 } variant, Propensity: > 0 and <= 1 }
            ? new KeptArm(variant, kept.Epoch, (int)Math.Round(kept.Propensity * BucketTable.Size))
            : throw new ArmStoreUnavailableException("the answer is no arm");
    }

    private sealed record Request(string Experiment, string User, string Variant, int Epoch);

    private sealed record Answer(string? Variant, int Epoch, double Propensity);
}
