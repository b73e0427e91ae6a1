namespace Experiments.Api.Catalog;

/// <summary>The words that documents use for the life of an experiment.</summary>
internal static class ExperimentStatus
{
    public const string Draft = "draft";
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Stopped = "stopped";
}

/// <summary>The words that documents use for the life of a best practice.</summary>
internal static class PracticeState
{
    public const string Active = "active";
    public const string Contested = "contested";
    public const string Expired = "expired";
    public const string Retired = "retired";
}
