namespace Experiments.Sdk;

/// <summary>Who decided a parameter's value.</summary>
public enum AssignmentSource
{
    /// <summary>Nobody: the app's default.</summary>
    None,

    /// <summary>A running experiment.</summary>
    Experiment,

    /// <summary>An active best practice, its holdback included.</summary>
    BestPractice,
}
