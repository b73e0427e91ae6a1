using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Catalog;

/// <summary>How documents stand in the log.</summary>
internal static class DocumentCodec
{
    public static CatalogDocument Write(IDocument document) => new(
        TypeOf(document), document.Key, JsonSerializer.SerializeToElement(document, document.GetType(), ApiJson.Stored));

    public static IDocument Read(CatalogDocument document) => document.Type switch
    {
        "kpi" => Body<Kpi>(document),
        "hypothesis" => Body<Hypothesis>(document),
        "experiment" => Body<Experiment>(document),
        "reweighting" => Body<Reweighting>(document),
        "best-practice" => Body<BestPractice>(document),
        "decision" => Body<Decision>(document),
        "key" => Body<AccessKey>(document),
        "webhook" => Body<Webhook>(document),
        _ => throw new JsonException($"The catalogue's log has a document of type '{document.Type}': written by a newer version?"),
    };

    private static string TypeOf(IDocument document) => document switch
    {
        Kpi => "kpi",
        Hypothesis => "hypothesis",
        Experiment => "experiment",
        Reweighting => "reweighting",
        BestPractice => "best-practice",
        Decision => "decision",
        AccessKey => "key",
        Webhook => "webhook",
        _ => throw new ArgumentException($"The catalogue has no documents of type {document.GetType().Name}.", nameof(document)),
    };

    private static IDocument Body<T>(CatalogDocument document)
        where T : IDocument =>
        document.Body.Deserialize<T>(ApiJson.Stored) ?? throw new JsonException($"Document '{document.Key}' is null.");
}
