namespace Experiments.Api.Events.Ledger;

/// <summary>Records of a shard that were joined to others and whose content those have still to take over: whoever finds them after a crash
/// goes on (<see cref="IdentityJoiner"/>).</summary>
internal static class OpenJoins
{
    public const string Key = "joins";

    public static IReadOnlyList<UserKey> Decode(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } value) return [];
        var reader = new ByteReader(value.Span);
        var keys = new UserKey[reader.Count()];
        for (var i = 0; i < keys.Length; i++) keys[i] = UserRecordCodec.ReadKey(ref reader);
        return keys;
    }

    public static ReadOnlyMemory<byte> Encode(IReadOnlyCollection<UserKey> keys)
    {
        var writer = new ByteWriter();
        writer.VarUInt((ulong)keys.Count);
        foreach (var key in keys.OrderBy(key => key.Value)) UserRecordCodec.Write(writer, key);
        return writer.ToMemory();
    }
}
