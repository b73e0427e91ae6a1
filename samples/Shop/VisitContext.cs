using Experiments.Sdk;

namespace Shop;

/// <summary>What is known of the request: audiences ask for it, breakdowns report it. One object a request, so a singleton client is safe.</summary>
internal sealed class VisitContext(IHttpContextAccessor http) : IExperimentContextAccessor
{
    public ExperimentContext? Current
    {
        get
        {
            if (http.HttpContext is not { } context) return null;
            if (context.Items[typeof(VisitContext)] is ExperimentContext known) return known;
            var made = new ExperimentContext { Channel = "web", ["language"] = Language(context.Request) };
            context.Items[typeof(VisitContext)] = made;
            return made;
        }
    }

    private static string Language(HttpRequest request) =>
        request.GetTypedHeaders().AcceptLanguage.Any(l => l.Value.StartsWith("fr", StringComparison.OrdinalIgnoreCase)) ? "fr" : "en";
}
