namespace Experiments.Calibration.Report;

/// <summary>What a section measured: what it says, its tables, plots and the figures that have to hold.</summary>
internal sealed class Chapter(string title)
{
    internal string Title { get; } = title;

    /// <summary>How it was simulated.</summary>
    internal string Setting { get; set; } = "";

    /// <summary>What the figures say, in a sentence or two.</summary>
    internal string Says { get; set; } = "";

    internal List<Table> Tables { get; } = [];

    internal List<Plot> Plots { get; } = [];

    internal List<Check> Checks { get; } = [];
}

/// <summary>A table: the first column holds words, the others figures.</summary>
internal sealed record Table(string Caption, string[] Columns, List<string[]> Rows);

/// <summary>A plot in a file of its own.</summary>
internal sealed record Plot(string File, string Alternative, string Svg);
