using Microsoft.AspNetCore.Builder;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Architecture.Tests.Samples;

/// <summary>The sample of README.md: an app with features of Microsoft.FeatureManagement.</summary>
internal static class FeatureManagementSample
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        // sample
        builder.Services.AddFeatureManagement()
            .WithTargeting<CurrentUser>() // the app's ITargetingContextAccessor
            .WithExperiments(options => options.Endpoint = new Uri("http://127.0.0.1:5080"))
            .MeasureExistingFlags();
        // end
        return builder.Build();
    }

    private sealed class CurrentUser : ITargetingContextAccessor
    {
        public ValueTask<TargetingContext> GetContextAsync() => new(new TargetingContext { UserId = "marsha", Groups = [] });
    }
}
