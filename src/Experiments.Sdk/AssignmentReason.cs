namespace Experiments.Sdk;

/// <summary>Why a parameter has the value that it has.</summary>
public enum AssignmentReason
{
    /// <summary>No snapshot has arrived yet: the app's default.</summary>
    NotReady,

    /// <summary>A running experiment chose the variant.</summary>
    Split,

    /// <summary>A best practice is served.</summary>
    BestPractice,

    /// <summary>The user is held back from a best practice, to go on measuring it: the value of before.</summary>
    Holdback,

    /// <summary>Neither experiments nor best practices on this parameter are for this user: the app's default.</summary>
    NoMatch,

    /// <summary>No running experiment and no best practice is on this parameter: the app's default.</summary>
    UnknownParameter,

    /// <summary>The parameter is empty or null: the app's default.</summary>
    InvalidParameter,

    /// <summary>The user is null, empty, above 512 UTF-16 units, ill-formed, or has control characters: the app's default.</summary>
    InvalidUser,

    /// <summary>The value served has another type than the one asked for: the app's default, and no exposure.</summary>
    TypeMismatch,

    /// <summary>A bandit's table chose the variant: whether this user has met another one first could not be looked up, since the store of
    /// first arms is away or the call does not wait.</summary>
    StickyUnavailable,

    /// <summary>The variant that this user of a bandit had was stopped, to protect him: the control.</summary>
    ArmStopped,

    /// <summary>The user, or a group of his, was named to have this variant, in an allocation taken over from Microsoft.FeatureManagement: no
    /// exposure, since it was not by chance.</summary>
    Targeted,
}
