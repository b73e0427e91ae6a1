using System.Globalization;
using Experiments.Sdk;
using Microsoft.Extensions.DependencyInjection;

// Arguments: the service's address, the SDK's folder, a prefix for the ids, how many events (0: until killed).
var (endpoint, folder, prefix, most) = (new Uri(args[0]), args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
var services = new ServiceCollection();
services.AddExperiments(options =>
{
    options.Endpoint = endpoint;
    options.Folder = folder;
    options.StartupWait = TimeSpan.Zero;
    options.FlushInterval = TimeSpan.FromMilliseconds(20);
    options.BatchSize = 50;
    options.OutboxCapacity = 10_000_000;                     // nothing is shed: a shed event is told by its count, not by its id
    options.OutboxFsync = false;                             // the process is killed, not the machine
});
await using var provider = services.BuildServiceProvider();
var client = provider.GetRequiredService<ExperimentsClient>();
await client.ReadyAsync();

// An id is told once it is durable: whatever happens to this process, the service must get it.
for (var i = 0; most == 0 || i < most; i += 20)
{
    for (var j = i; j < i + 20; j++) client.Track("visit", $"u{j % 97}", j, new TrackDetails { Id = $"{prefix}-{j}" });
    if (!await client.PersistAsync()) return 1;
    Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i} {i + 20} ."));
    await Task.Delay(1);                                     // the service of the test is slower than a disk
}

await client.FlushAsync();
return 0;
