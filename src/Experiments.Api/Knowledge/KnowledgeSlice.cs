using Experiments.Api.Access;

namespace Experiments.Api.Knowledge;

/// <summary>What the company has learned from all of its tests.</summary>
internal static class KnowledgeSlice
{
    public static IServiceCollection AddKnowledge(this IServiceCollection services) => services.AddSingleton<Outcomes>();

    public static void MapKnowledge(this IEndpointRouteBuilder app)
    {
        var knowledge = app.MapGroup("/v1/knowledge").WithTags("Knowledge").Requires(read: Role.Viewer, write: Role.Viewer);
        ReadBeliefs.Map(knowledge);
        ReadEffects.Map(knowledge);
        SearchHypotheses.Map(knowledge);
    }
}
