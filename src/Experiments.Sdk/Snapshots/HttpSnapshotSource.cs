using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Experiments.Sdk.Events;

namespace Experiments.Sdk.Snapshots;

/// <summary><c>GET /v1/snapshot</c> with the tag of the last answer: what has not changed costs one empty answer.</summary>
internal sealed class HttpSnapshotSource(ServiceClient service, TimeProvider clock) : ISnapshotSource
{
    private EntityTagHeaderValue? _tag;

    public string Name => "the service";

    public async Task FetchAsync(SnapshotHolder holder, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, service.Snapshot);
            if (_tag is not null) request.Headers.IfNoneMatch.Add(_tag);
            _tag = await service.SendAsync(request, (response, token) => ReadAsync(response, holder, token), cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            throw new SnapshotUnavailableException("the answer is no snapshot");
        }
        catch (Exception exception) when (exception is not SnapshotUnavailableException && ServiceClient.IsUnavailable(exception, cancellationToken))
        {
            throw new SnapshotUnavailableException(ServiceClient.Describe(exception));
        }
    }

    private async Task<EntityTagHeaderValue?> ReadAsync(HttpResponseMessage response, SnapshotHolder holder, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            holder.Confirm();
            return _tag;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new SnapshotUnavailableException($"status {(int)response.StatusCode}")
            {
                RetryAfter = RetryDelay.Asked(response.Headers.RetryAfter, clock.GetUtcNow()),
            };
        }

        holder.Offer(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        return response.Headers.ETag;
    }
}
