using System.Globalization;
using System.Text;

namespace Experiments.Benchmarks.Ingestion;

/// <summary>Batches of 100 events as apps send them: fifty users that nobody has seen, an exposure and a conversion each.</summary>
internal sealed class Load(int seed)
{
    public const int EventsPerBatch = 100;

    private readonly Random _random = new(seed);
    private int _user;

    public static async Task DefineAsync(ServerProcess service)
    {
        await service.DefineAsync("/v1/kpis", """{"key":"visit","type":"proportion","direction":"increase","window":"P1D"}""").ConfigureAwait(false);
        await service.DefineAsync("/v1/kpis", """{"key":"spend","type":"mean","direction":"increase","window":"P1D"}""").ConfigureAwait(false);
        await service.DefineAsync("/v1/hypotheses",
            """{"key":"h","because":"b","change":"c","audience":"d","expect":{"kpi":"visit","direction":"increase","lift":0.1,"confidence":0.7}}""").ConfigureAwait(false);
        await service.DefineAsync("/v1/experiments",
            """
            {"key":"e","hypothesis":"h","parameter":"p","control":"a","primaryKpi":"visit","secondaryKpis":["spend"],"decision":{"autoPromote":false},
             "variants":[{"key":"a","weight":1,"value":0},{"key":"b","weight":1,"value":1}]}
            """).ConfigureAwait(false);
        await service.DefineAsync("/v1/experiments/e/start", """{"at":"2026-03-02T00:00:00Z"}""").ConfigureAwait(false);
    }

    public byte[] NextBatch()
    {
        var text = new StringBuilder("""{"events":[""");
        for (var i = 0; i < EventsPerBatch / 2; i++)
        {
            var user = string.Create(CultureInfo.InvariantCulture, $"{seed}-{_user++}");
            var at = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).AddSeconds(_random.Next(80_000));
            if (i > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture,
                $$"""{"id":"x{{user}}","type":"exposure","user":"{{user}}","experiment":"e","variant":"{{(_random.Next(2) == 0 ? "a" : "b")}}","at":"{{at:O}}"},""");
            text.Append(CultureInfo.InvariantCulture,
                $$"""{"id":"k{{user}}","type":"kpi","user":"{{user}}","event":"{{(_random.Next(2) == 0 ? "visit" : "spend")}}","value":{{_random.Next(1, 100)}},"at":"{{at.AddMinutes(5):O}}"}""");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }
}
