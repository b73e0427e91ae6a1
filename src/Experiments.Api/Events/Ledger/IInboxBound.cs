namespace Experiments.Api.Events.Ledger;

/// <summary>Says when a shard's inbox has no room, because the archive is behind.</summary>
internal interface IInboxBound
{
    bool IsFull(string shard);
}
