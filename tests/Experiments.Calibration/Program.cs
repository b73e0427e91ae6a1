using System.Globalization;
using Experiments.Calibration.Report;
using Experiments.Calibration.Sections;
using Experiments.Calibration.Simulation;
using Spectre.Console;
using Text = Experiments.Calibration.Report.Text;

const string Usage = """
    Measures on simulated users how often the tests are wrong, how soon they are right, and how their competitors do.

      dotnet run -c Release --project tests/Experiments.Calibration [-- options]

      --quick          fewer runs, about a minute; writes nothing unless --output is given
      --seed N         seed of all data (default 1)
      --only NAME      one section: {0}
      --threads N      most threads at once (default: one per core); the figures do not depend on it
      --output FOLDER  where calibration.md and calibration/*.svg go (default of the full form: docs)

    Exit code: 0 when every figure is inside its limits, 1 when one is not, 2 for wrong arguments.
    """;

var scale = Scale.Full;
ulong seed = 1;
var threads = 0;
string? only = null, output = null;
for (var i = 0; i < args.Length; i++)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--quick": scale = Scale.Quick; break;
        case "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed): i++; break;
        case "--threads" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out threads): i++; break;
        case "--only" when AllSections.List.Any(s => s.Name == value): only = value; i++; break;
        case "--output" when value.Length > 0: output = value; i++; break;
        default:
            var help = args[i] is "--help" or "-h";
            (help ? Console.Out : Console.Error).WriteLine(
                Usage.Replace("{0}", string.Join(", ", AllSections.List.Select(s => s.Name)), StringComparison.Ordinal));
            return help ? 0 : 2;
    }
}

var sections = AllSections.List.Where(s => only is null || s.Name == only).ToArray();
var chapters = new List<Chapter>();
AnsiConsole.Progress()
    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
    .Start(context =>
    {
        var tasks = sections.Select(s => context.AddTask(s.Name, autoStart: false, maxValue: s.Batches)).ToArray();
        for (var i = 0; i < sections.Length; i++)
        {
            var task = tasks[i];
            task.StartTask();
            chapters.Add(sections[i].Measure(scale, new Runner(seed, threads, task.Increment)));
            task.Value = task.MaxValue;
            task.StopTask();
        }
    });

foreach (var chapter in chapters)
{
    AnsiConsole.Write(new Rule(Markup.Escape(chapter.Title)).LeftJustified());
    AnsiConsole.WriteLine(chapter.Says);
    foreach (var table in chapter.Tables)
    {
        var view = new Spectre.Console.Table { Title = new TableTitle(Markup.Escape(table.Caption.Replace("**", "", StringComparison.Ordinal))) };
        view.AddColumns([.. table.Columns.Select(Markup.Escape)]);
        table.Rows.ForEach(row => view.AddRow([.. row.Select(Markup.Escape)]));
        AnsiConsole.Write(view);
    }
}

var checks = chapters.SelectMany(c => c.Checks).ToArray();
foreach (var check in checks.Where(c => !c.Holds))
{
    AnsiConsole.WriteLine("OUTSIDE  " + check);
}

AnsiConsole.WriteLine(Text.Of($"{checks.Count(c => c.Holds)} of {checks.Length} figures are inside their limits."));

output ??= scale == Scale.Full && only is null ? Docs() : null;
if (output is not null)
{
    Markdown.Write(output, seed, scale.Name, chapters);
    AnsiConsole.WriteLine("Written: " + Path.Combine(output, "calibration.md"));
}

return checks.All(c => c.Holds) ? 0 : 1;

static string Docs()
{
    for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
    {
        if (File.Exists(Path.Combine(folder.FullName, "Experiments.sln")))
        {
            return Path.Combine(folder.FullName, "docs");
        }
    }

    return "docs";
}
