using System.Data;
using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Archive;

/// <summary>Events in DuckDB: collected from the inbox, written to Parquet, read back user by user.</summary>
/// <remarks>A time has ticks of 100 ns and Parquet's has microseconds: what is left is in <c>happened_at_rest</c>, so that nothing is rounded.</remarks>
internal sealed class EventTable : IDisposable
{
    private const string Columns =
        "id, \"user\", happened_at, happened_at_rest, received_at, type, experiment, best_practice, variant, variant_index, epoch, complete, breakdowns, "
        + "event, value, quantity, counted, channel, phase";

    private static readonly long UnixEpoch = DateTimeOffset.UnixEpoch.Ticks;

    private readonly DuckDBConnection _connection;

    /// <param name="temporaryPath">Where DuckDB may put what does not fit into its memory.</param>
    public EventTable(string temporaryPath)
    {
        _connection = new DuckDBConnection("Data Source=:memory:");
        _connection.Open();
        Execute("SET threads = 2; SET memory_limit = '512MB'; SET preserve_insertion_order = false");
        Execute($"SET temp_directory = {Quote(System.IO.Path.Combine(temporaryPath, $"duckdb-{Guid.NewGuid():N}"))}");
        Execute("""
            CREATE TABLE raw (id VARCHAR, "user" VARCHAR, at_us BIGINT, happened_at_rest UTINYINT, received_us BIGINT, type VARCHAR,
              experiment VARCHAR, best_practice VARCHAR, variant VARCHAR, variant_index INTEGER, epoch INTEGER, complete BOOLEAN,
              breakdowns VARCHAR, event VARCHAR, value DOUBLE, quantity DOUBLE, counted BOOLEAN, channel VARCHAR, phase VARCHAR);
            CREATE VIEW fresh AS SELECT id, "user", make_timestamp(at_us) AS happened_at, happened_at_rest, make_timestamp(received_us) AS received_at, type,
              experiment, best_practice, variant, variant_index, epoch, complete, breakdowns, event, value, quantity, counted, channel, phase
              FROM raw;
            """);
    }

    public long Rows { get; private set; }

    public void Append(IReadOnlyList<ArchivedEvent> events, LedgerSchema schema)
    {
        using var appender = _connection.CreateAppender("raw");
        foreach (var archived in events) Append(appender.CreateRow(), archived, schema);
        Rows += events.Count;
    }

    /// <summary>Days on which the collected events were received.</summary>
    public IReadOnlyList<DateOnly> Days() =>
        Query("SELECT DISTINCT CAST(received_at AS DATE)::VARCHAR FROM fresh ORDER BY 1", r => DateOnly.Parse(r.GetString(0), CultureInfo.InvariantCulture));

    /// <summary>Writes the collected events of a day, sorted by user.</summary>
    /// <returns>Rows written.</returns>
    public long WriteDay(DateOnly day, string path) =>
        Copy($"SELECT {Columns} FROM fresh WHERE CAST(received_at AS DATE) = DATE {Quote(Iso(day))} ORDER BY \"user\", happened_at", path);

    /// <summary>Writes several files as one, without a user if one is named.</summary>
    /// <returns>Rows written.</returns>
    public long Rewrite(IReadOnlyList<string> files, UserKey? without, string path) => Copy(
        $"SELECT {Columns} FROM {Parquet(files)}{(without is { } user ? $" WHERE \"user\" <> {Quote(user.ToString())}" : "")} ORDER BY \"user\", happened_at", path);

    public long CountOf(UserKey user, string file) =>
        Query($"SELECT count(*) FROM {Parquet([file])} WHERE \"user\" = {Quote(user.ToString())}", r => r.GetInt64(0))[0];

    /// <summary>All events that counted, of the files and of those collected, person by person; for an id that was joined to another, that.</summary>
    public IEnumerable<(UserKey User, List<LedgerEvent> Events)> Users(IReadOnlyList<string> files, LedgerSchema schema)
    {
        var from = files.Count == 0 ? "fresh" : $"(SELECT {Columns} FROM {Parquet(files)} UNION ALL SELECT {Columns} FROM fresh)";
        var persons = new Persons(Query(
            $"SELECT \"user\", id, epoch_us(happened_at), happened_at_rest, event FROM {from} WHERE type = 'alias'",
            r => new JoinEvent { User = UserKey.Parse(r.GetString(0)), Id = r.GetString(1), At = TicksOf(r), Into = UserKey.Parse(r.GetString(4)) }));
        Execute("CREATE OR REPLACE TEMP TABLE persons (id VARCHAR, root VARCHAR)");
        using (var appender = _connection.CreateAppender("temp", "main", "persons"))
        {
            foreach (var (id, root) in persons.Roots) appender.CreateRow().AppendValue(id.ToString()).AppendValue(root.ToString()).EndRow();
        }

        foreach (var (user, events) in UsersOf(from, schema)) yield return (user, [.. events, .. persons.TakenOverBy(user)]);
        foreach (var rest in persons.Rest()) yield return rest;
    }

    private IEnumerable<(UserKey User, List<LedgerEvent> Events)> UsersOf(string from, LedgerSchema schema)
    {
        using var command = _connection.CreateCommand();
        command.UseStreamingMode = true;
#pragma warning disable CA2100 // Names of files of this program and constants, quoted.
        command.CommandText =
            "SELECT COALESCE(root, \"user\"), f.id, epoch_us(happened_at), happened_at_rest, COALESCE('e/' || experiment, 'p/' || best_practice), variant_index, "
            + $"epoch, complete, breakdowns, event, value, quantity FROM {from} f LEFT JOIN persons p ON p.id = f.\"user\" "
            + "WHERE counted AND type <> 'alias' ORDER BY 1";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var user = "";
        var events = new List<LedgerEvent>();
        while (reader.Read())
        {
            var next = reader.GetString(0);
            if (next != user && events.Count > 0)
            {
                yield return (events[0].User, events);
                events = [];
            }

            user = next;
            events.Add(Read(reader, schema));
        }

        if (events.Count > 0) yield return (events[0].User, events);
    }

    public void Dispose() => _connection.Dispose();

    private static void Append(IDuckDBAppenderRow row, ArchivedEvent archived, LedgerSchema schema)
    {
        var (added, receivedAt, counted) = archived;
        var ticks = added.At - UnixEpoch;
        var microseconds = Math.DivRem(ticks, 10, out var rest);
        if (rest < 0) (microseconds, rest) = (microseconds - 1, rest + 10);
        row.AppendValue(added.Id).AppendValue(added.User.ToString())
            .AppendValue(microseconds).AppendValue((byte)rest)
            .AppendValue((receivedAt.UtcTicks - UnixEpoch) / 10);
        if (added is ExposureEvent exposure) Append(row, exposure, schema);
        else if (added is JoinEvent join) Append(row, "alias", join.Into.ToString(), null, null);
        else if (added is KpiEvent kpi) Append(row, "kpi", kpi.Event, kpi.Value, kpi.Quantity);
        row.AppendValue(counted).AppendValue(added.Channel).AppendValue(added.Phase).EndRow();
    }

    private static void Append(IDuckDBAppenderRow row, ExposureEvent exposure, LedgerSchema schema)
    {
        var layout = schema.Find(LedgerEvent.Hash(exposure.Target));
        var isPractice = exposure.Target.StartsWith("p/", StringComparison.Ordinal);
        row.AppendValue("exposure")
            .AppendValue(isPractice ? null : exposure.Target[2..]).AppendValue(isPractice ? exposure.Target[2..] : null)
            .AppendValue(layout?.Variants[exposure.Variant]).AppendValue(exposure.Variant).AppendValue(exposure.Epoch)
            .AppendValue(exposure.Complete).AppendValue(Breakdowns(exposure, layout))
            .AppendNullValue().AppendNullValue().AppendNullValue();
    }

    private static void Append(IDuckDBAppenderRow row, string type, string name, double? value, double? quantity)
    {
        row.AppendValue(type);
        for (var i = 0; i < 7; i++) row.AppendNullValue();
        row.AppendValue(name).AppendValue(value).AppendValue(quantity);
    }

    /// <summary>JSON by name: <c>{"channel":"web"}</c>.</summary>
    private static string? Breakdowns(ExposureEvent exposure, TargetLayout? layout) => exposure.Breakdowns.Any(v => v is not null)
        ? JsonSerializer.Serialize(exposure.Breakdowns
            .Select((value, i) => (Name: NameOf(layout, i), value))
            .Where(x => x.value is not null)
            .ToDictionary(x => x.Name, x => x.value))
        : null;

    private static string NameOf(TargetLayout? layout, int index) =>
        layout is not null && index < layout.Breakdowns.Count ? layout.Breakdowns[index] : index.ToString(CultureInfo.InvariantCulture);

    private static LedgerEvent Read(DuckDBDataReader reader, LedgerSchema schema)
    {
        var (id, user) = (reader.GetString(1), UserKey.Parse(reader.GetString(0)));
        var at = TicksOf(reader);
        if (reader.IsDBNull(4))
        {
            return new KpiEvent
            {
                Id = id,
                User = user,
                At = at,
                Event = reader.GetString(9),
                Value = reader.GetDouble(10),
                Quantity = reader.GetDouble(11),
            };
        }

        var target = reader.GetString(4);
        return new ExposureEvent
        {
            Id = id,
            User = user,
            At = at,
            Target = target,
            Variant = reader.GetInt32(5),
            Epoch = reader.GetInt32(6),
            Complete = reader.GetBoolean(7),
            Breakdowns = Breakdowns(reader.IsDBNull(8) ? null : reader.GetString(8), schema.Find(LedgerEvent.Hash(target))),
        };
    }

    private static long TicksOf(IDataReader reader) => UnixEpoch + (reader.GetInt64(2) * 10) + reader.GetByte(3);

    private static string?[] Breakdowns(string? json, TargetLayout? layout)
    {
        var count = layout?.Breakdowns.Count ?? 0;
        if (count == 0) return [];
        var values = new string?[count];
        if (json is null) return values;
        var named = JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;
        for (var i = 0; i < count; i++) values[i] = named.GetValueOrDefault(NameOf(layout, i));
        return values;
    }

    private long Copy(string select, string path)
    {
        Execute($"COPY ({select}) TO {Quote(path)} (FORMAT parquet, COMPRESSION zstd)");
        return Query($"SELECT count(*) FROM {Parquet([path])}", r => r.GetInt64(0))[0];
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Names of files of this program and constants, quoted.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private List<T> Query<T>(string sql, Func<IDataReader, T> read)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Names of files of this program and constants, quoted.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    private static string Parquet(IReadOnlyList<string> files) => $"read_parquet([{string.Join(", ", files.Select(Quote))}], hive_partitioning = false)";

    private static string Iso(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
