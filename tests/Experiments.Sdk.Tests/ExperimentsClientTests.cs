using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests;

public sealed class ExperimentsClientTests
{
    private enum Colour
    {
        Grey,
        Green,
    }

    [Fact]
    public async Task GetValue_FirstTime_ExposesOncePerUserExperimentAndEpoch()
    {
        var experiment = Make.Experiment("a", "p") with { Breakdowns = ["channel", "orders", "member", "unknown", "odd"] };
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(experiment) };
        await using var app = new TestApp(service.Endpoint);
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        var context = new ExperimentContext { Channel = "web", ["orders"] = 3, ["member"] = true, ["odd"] = "\ud800", ["secret"] = "x" };
        for (var i = 0; i < 3; i++) app.Client.GetValue("p", "u1", context, "");
        app.Client.Peek("p", "u2", "");
        app.Client.GetValue("unknown", "u3", "");
        app.Client.GetValue("p", "u4", 1);
        await app.FlushAsync();

        var exposure = Assert.Single(service.Accepted).Value;
        Assert.Equal("exposure", exposure.GetProperty("type").GetString());
        Assert.Equal("u1", exposure.GetProperty("user").GetString());
        Assert.Equal("a", exposure.GetProperty("experiment").GetString());
        Assert.Equal(app.Client.Peek("p", "u1", "").Variant, exposure.GetProperty("variant").GetString());
        Assert.Equal(0, exposure.GetProperty("epoch").GetInt32());
        Assert.Equal("""{"channel":"web","orders":3,"member":true}""", exposure.GetProperty("attributes").GetRawText());

        service.Snapshot = Make.Snapshot(experiment with { Epoch = 1 }) with { Version = 2 };
        await TestApp.EventuallyAsync(() => app.Client.Peek("p", "u1", "").Epoch == 1);
        app.Client.GetValue("p", "u1", context, "");
        await app.FlushAsync();
        Assert.Equal(2, service.Accepted.Count);
    }

    [Fact]
    public async Task GetAssignment_BestPractice_ServedWithItsHoldbackAndExposed()
    {
        await using var service = new LoopbackService
        {
            Snapshot = new() { Version = 1, BestPractices = [Make.Practice("b", "p", "\"new\"", 5000, "\"old\""), Make.Practice("c", "q", "1", 10_000)] },
        };
        await using var app = new TestApp(service.Endpoint);
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 200; i++)
        {
            var assignment = app.Client.GetAssignment("p", $"u{i}", "default");
            Assert.Equal(("b", AssignmentSource.BestPractice, 0.5), (assignment.BestPractice, assignment.Source, assignment.Propensity));
            Assert.Equal(assignment.Variant == "holdback" ? "old" : "new", assignment.Value);
            Assert.Equal(assignment.Variant == "holdback" ? AssignmentReason.Holdback : AssignmentReason.BestPractice, assignment.Reason);
        }

        var held = app.Client.GetAssignment("q", "u", 7);
        Assert.Equal((7, AssignmentReason.Holdback, 1.0), (held.Value, held.Reason, held.Propensity));
        await app.FlushAsync();
        Assert.Equal(201, service.Accepted.Count);
        Assert.All(service.Accepted.Values, exposure =>
        {
            Assert.Contains(exposure.GetProperty("bestPractice").GetString(), new[] { "b", "c" });
            Assert.Contains(exposure.GetProperty("variant").GetString(), new[] { "practice", "holdback" });
            Assert.False(exposure.TryGetProperty("experiment", out _));
        });
        Assert.InRange(service.Accepted.Values.Count(exposure => exposure.GetProperty("variant").GetString() == "holdback"), 60, 140);
    }

    [Fact]
    public async Task GetValue_EveryType_ConvertedOrTheDefault()
    {
        await using var app = await AppWith(
            ("bool", "true"), ("text", "\"Green\""), ("whole", "3.0"), ("big", "9007199254740993"), ("fraction", "0.5"), ("object", """{"size":3}"""),
            ("nothing", "null"), ("huge", "1e400"));
        var client = app.Client;

        Assert.True(client.GetValue("bool", "u", false));
        Assert.Equal("Green", client.GetValue("text", "u", ""));
        Assert.Equal(Colour.Green, client.GetValue("text", "u", Colour.Grey));
        Assert.Equal(3, client.GetValue("whole", "u", 0));
        Assert.Equal(9007199254740993L, client.GetValue("big", "u", 0L));
        Assert.Equal(0.5, client.GetValue("fraction", "u", 0.0));
        Assert.Equal(0.5m, client.GetValue("fraction", "u", 0m));
        Assert.Equal(0.5f, client.GetValue("fraction", "u", 0f));
        Assert.Equal(new Size(3), client.GetValue("object", "u", new Size(0)));
        Assert.Equal(JsonValueKind.Object, client.GetValue("object", "u", default(JsonElement)).ValueKind);
        Assert.Equal(true, client.GetValue<bool?>("bool", "u", null));
        Assert.Equal(5, client.GetValue("nothing", "u", 5));
        Assert.Equal(AssignmentReason.Split, client.GetAssignment("nothing", "u", 5).Reason);

        Mismatch("text", 1);
        Mismatch("bool", "x");
        Mismatch("bool", 1);
        Mismatch("fraction", 1);
        Mismatch("big", 1);
        Mismatch("huge", 1.0);
        Mismatch("text", new Size(0));
        Mismatch("object", new Refusing(1));
        Mismatch("object", Colour.Grey);
        Assert.Equal(9, app.Messages.Count(1020));

        void Mismatch<T>(string parameter, T defaultValue)
        {
            for (var i = 0; i < 2; i++)
            {
                var assignment = client.GetAssignment(parameter, "u", defaultValue);
                Assert.Equal((defaultValue, AssignmentReason.TypeMismatch, AssignmentSource.None), (assignment.Value, assignment.Reason, assignment.Source));
            }
        }
    }

    [Fact]
    public async Task GetAssignment_BadInput_TheDefaultWithTheReason()
    {
        await using var app = await AppWith(("p", "1"));
        Assert.Equal(AssignmentReason.InvalidParameter, app.Client.GetAssignment(null!, "u", 0).Reason);
        Assert.Equal(AssignmentReason.InvalidParameter, app.Client.GetAssignment("", "u", 0).Reason);
        Assert.Equal(AssignmentReason.UnknownParameter, app.Client.GetAssignment(new string('p', 10_000), "u", 0).Reason);
        foreach (var user in new[] { null, "", new string('x', 10_000), "a\nb", "\ud800", "\u0000" })
        {
            Assert.Equal(AssignmentReason.InvalidUser, app.Client.GetAssignment("p", user!, 0).Reason);
        }

        Assert.Equal(0, app.Counts().Enqueued);
    }

    [Fact]
    public async Task GetValue_HotPathWithExposures_AllocatesNothing()
    {
        await using var app = await AppWith(("flag", "true"), ("text", "\"x\""), ("object", """{"size":3}"""));
        var users = Enumerable.Range(0, 1000).Select(i => $"user-{i}").ToArray();
        var context = new ExperimentContext { Channel = "web" };
        var size = new Size(0);
        Run();
        Run();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3000, app.Counts().Enqueued);

        void Run()
        {
            foreach (var user in users)
            {
                app.Client.GetValue("flag", user, false);
                app.Client.GetAssignment("text", user, context, "");
                app.Client.GetValue("object", user, size);
                app.Client.GetValue("unknown", user, 1);
            }
        }
    }

    [Fact]
    public async Task GetAssignment_ThousandUsersWhileSnapshotsSwap_EachAnswerIsOfOneVersionAndOneUser()
    {
        await using var service = new LoopbackService(start: false);
        await using var app = new TestApp(service.Endpoint, options => options.StartupWait = TimeSpan.Zero);
        var snapshots = Enumerable.Range(0, 100).Select(version => Make.Snapshot(
            Make.Experiment($"e{version % 7}", "p", weights: [1 + (version % 3), 1], values: [$"\"{version}/0\"", $"\"{version}/1\""]) with { Epoch = version },
            Make.Experiment("other", "q")) with
        { Version = version }).ToArray();
        var expected = snapshots.Select(SnapshotEvaluator.Compile).ToArray();
        var users = Enumerable.Range(0, 1000).Select(i => $"user-{i}").ToArray();
        using var done = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            var checkedAnswers = 0;
            while (!done.IsCancellationRequested)
            {
                var user = users[random.Next(users.Length)];
                var answer = app.Client.GetAssignment("p", user, "default");
                if (answer.Source == AssignmentSource.None) continue;
                var right = expected[answer.SnapshotVersion].Evaluate("p", user, null);
                Assert.Equal((right.Experiment, right.Variant, right.Epoch), (answer.Experiment, answer.Variant, answer.Epoch));
                Assert.Equal($"{answer.SnapshotVersion}/{right.VariantIndex}", answer.Value);
                checkedAnswers++;
            }

            return checkedAnswers;
        })).ToArray();

        foreach (var snapshot in snapshots)
        {
            app.Client.Offer(snapshot);
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), count => Assert.True(count > 0));
    }

    private static async Task<TestApp> AppWith(params (string Parameter, string Value)[] parameters)
    {
        var service = new LoopbackService(start: false);
        var app = new TestApp(service.Endpoint, options =>
        {
            options.StartupWait = TimeSpan.Zero;
            options.ShutdownWait = TimeSpan.Zero;
        });
        app.Client.Offer(Make.Snapshot([.. parameters.Select(p => Make.Experiment(p.Parameter, p.Parameter, values: [p.Value, p.Value]))]));
        await Task.CompletedTask;
        return app;
    }

    private sealed record Size(
        [property: System.Text.Json.Serialization.JsonPropertyName("size")] int Value);

    private sealed record Refusing
    {
        public Refusing(int size) => Value = size == 3 ? throw new InvalidOperationException() : size;

        public int Value { get; }
    }
}
