using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;
using Experiments.Api.Shared;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>What can be taken along: figures as CSV and JSON, pictures as SVG (and, by the browser, PNG), the page as print.</summary>
internal static class Export
{
    private static readonly string[] Columns =
    [
        "experiment", "kpi", "role", "variant", "users", "mature_users", "conversions", "sum", "mean", "relative_lift", "lower_95", "upper_95",
        "probability_beats_control", "expected_loss_if_promoted", "log_evidence_adjusted", "decision",
    ];

    public static Markup Links(ResultModel model, string picture) => Markup.Of($"""
        <span class="take"><a href="/experiments/{model.Experiment.Key}/pictures/{picture}.svg?lang={model.Language.Code}" download data-picture>SVG</a></span>
        """);

    public static Markup Panel(ResultModel model)
    {
        var (l, key) = (model.Language, model.Experiment.Key);
        return Markup.Of($"""
            <section class="export" aria-labelledby="export"><h2 id="export">{ResultWords.ExportTitle[l]}</h2>
            <p class="take"><a href="/experiments/{key}/figures.csv" download>CSV</a> <a href="/v1/experiments/{key}/results?lang={l.Code}" download="{key}.json">JSON</a> <a href="/v1/experiments/{key}/history" download="{key}-history.json">JSON, {ResultWords.History[l]}</a> <button type="button" class="link" data-print hidden>{ResultWords.Print[l]}</button></p>
            </section>
            """);
    }

    /// <summary>The picture as a file of its own.</summary>
    /// <exception cref="ProblemException">404 for one that the experiment does not have.</exception>
    public static Markup Picture(ResultModel model, string picture)
    {
        var hasHistory = model.History.Count > 1 && model.HasData && !model.IsWithheld;
        return picture switch
        {
            "lift" when model.HasData && !model.IsWithheld => LiftPart.File(model),
            "trend" when hasHistory => TrendPart.Effect(model).File(ResultWords.TrendTitle[model.Language], TrendPart.Sentence(model)),
            "evidence" when hasHistory => TrendPart.Evidence(model).File(Terms.Evidence[model.Language], ResultWords.EvidenceTrend[model.Language]),
            "shares" when TrendPart.HasShares(model) => TrendPart.Allocation(model).File(ResultWords.AllocationTitle[model.Language], TrendPart.SharesSentence(model)),
            _ => throw Problems.NotFound("picture", picture),
        };
    }

    /// <summary>One row for each KPI and variant; figures as machines read them.</summary>
    public static string Csv(ResultModel model)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" }, leaveOpen: true))
        {
            foreach (var column in Columns) csv.WriteField(column);
            csv.NextRecord();
            foreach (var kpi in model.View.Kpis)
            {
                foreach (var variant in kpi.Variants) Row(csv, model, kpi, variant);
            }
        }

        return text.ToString();
    }

    private static void Row(CsvWriter csv, ResultModel model, KpiFiguresView kpi, VariantFiguresView variant)
    {
        var comparison = kpi.Comparisons.FirstOrDefault(c => c.Variant == variant.Variant);
        csv.WriteField(model.Experiment.Key);
        csv.WriteField(NoFormula(model.KpiName(kpi.Kpi)));
        csv.WriteField(kpi.Role);
        csv.WriteField(NoFormula(model.NameOf(variant.Variant)));
        csv.WriteField(variant.Users);
        csv.WriteField(variant.MatureUsers);
        csv.WriteField(variant.Conversions);
        csv.WriteField(variant.Sum);
        csv.WriteField(variant.Mean);
        csv.WriteField(comparison?.RelativeLift);
        csv.WriteField(comparison?.CredibleInterval?.Lower);
        csv.WriteField(comparison?.CredibleInterval?.Upper);
        csv.WriteField(comparison?.ProbabilityBeatsControl);
        csv.WriteField(comparison?.ExpectedLossIfPromoted);
        csv.WriteField(comparison?.Sequential?.LogEvidenceAdjusted);
        csv.WriteField(comparison?.Sequential?.Decision);
        csv.NextRecord();
    }

    /// <summary>A text that a spreadsheet cannot take for a formula: names are what anybody typed.</summary>
    internal static string NoFormula(string text) =>
        text.Length > 0 && (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uff1d' or '\uff0b' or '\uff0d' or '\uff20') ? "'" + text : text;
}
