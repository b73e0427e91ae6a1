using Experiments.Api.Access;
using Experiments.Api.BestPractices;
using Experiments.Api.Shared;

namespace Experiments.Api.Promotion;

/// <summary>The decider: promotes what won, with recorded evidence.</summary>
internal static class PromotionSlice
{
    public static IServiceCollection AddPromotion(this IServiceCollection services)
    {
        services.AddOptions<DeciderOptions>().BindConfiguration(DeciderOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Promoter>();
        services.AddSingleton<Proposals>();
        services.AddSingleton<SafetyStopper>();
        services.AddSingleton<Reweighter>();
        services.AddSingleton<PracticeKeeper>();
        services.AddSingleton<PracticeMeasurement>();
        services.AddSingleton<PracticeLive>(provider => provider.GetRequiredService<PracticeMeasurement>().ReadAsync);
        return services.AddHostedService<Decider>();
    }

    public static void MapPromotion(this IEndpointRouteBuilder app)
    {
        var experiments = app.MapGroup("/v1/experiments").WithTags("Promotion")
            .Requires(read: Role.Viewer, write: Role.Marketer).WithSmallBodies();
        PromoteByHand.Map(experiments);
        AnswerProposal.Map(experiments);
        ListProposals.Map(app.MapGroup("/v1/promotions").WithTags("Promotion").Requires(read: Role.Viewer, write: Role.Marketer));
    }
}
