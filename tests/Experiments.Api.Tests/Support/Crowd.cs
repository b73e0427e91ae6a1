namespace Experiments.Api.Tests.Support;

/// <summary>Users of one variant, some of whom do something soon after they were exposed.</summary>
internal static class Crowd
{
    /// <param name="name">Beginning of the users' ids.</param>
    /// <param name="variant">Their variant of the experiment of <see cref="RunningService"/>.</param>
    /// <param name="users">How many.</param>
    /// <param name="at">When they were exposed, a second after each other.</param>
    /// <param name="outcomes">How many of them, by name of the event, do what.</param>
    public static IEnumerable<Event> Of(string name, string variant, int users, DateTimeOffset at, params (string Event, int Users)[] outcomes)
    {
        for (var i = 0; i < users; i++)
        {
            var user = $"{name}-{variant}-{i}";
            yield return Event.Exposure(user, RunningService.Experiment, variant, at.AddSeconds(i));
            foreach (var (outcome, count) in outcomes)
            {
                // Spread evenly over the crowd, so that any part of it looks like the whole.
                if ((long)(i + 1) * count / users > (long)i * count / users) yield return Event.Kpi(user, outcome, at: at.AddSeconds(i + 60));
            }
        }
    }
}
