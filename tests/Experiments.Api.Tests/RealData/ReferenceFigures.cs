using System.Text.Json;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.RealData;

/// <summary>Holds every figure of a comparison against the reference: counts exactly, sums, means and variances to 1e-9, chances and losses to 1e-6.</summary>
internal static class ReferenceFigures
{
    private const double Exact = 1e-9;
    private const double Chance = 1e-6;

    /// <param name="kpi">A KPI of the results, or of one of their segments.</param>
    /// <param name="control">Key of the control.</param>
    /// <param name="treatment">Key of the treatment.</param>
    /// <param name="reference">The reference's figures of the pair.</param>
    /// <param name="isWhole">Segments give no evidence; the whole does.</param>
    public static void AreThoseOf(JsonElement kpi, string control, string treatment, JsonElement reference, bool isWhole = true)
    {
        var comparison = kpi.Comparison(treatment);
        Assert.Equal(control, comparison.Text("control"));
        Assert.Equal(isWhole, !comparison.IsNull("sequential"));
        var what = $"{kpi.Text("kpi")} {treatment}";
        foreach (var (variant, side) in new[] { (kpi.Variant(control), "control"), (kpi.Variant(treatment), "treatment") })
        {
            Assert.Equal(reference.Whole($"n_{side}"), variant.Whole("users"));
            Assert.Equal(reference.Whole($"n_{side}"), variant.Whole("matureUsers"));
            if (kpi.Text("type") == "proportion") Proportion($"{what} {side}", variant, side, reference);
            else Mean($"{what} {side}", variant, side, reference);
        }

        if (kpi.Text("type") == "proportion") ProportionPair(what, comparison, reference);
        else MeanPair(what, kpi.Variant(control), kpi.Variant(treatment), comparison, reference);
    }

    private static void Proportion(string what, JsonElement variant, string side, JsonElement reference)
    {
        var rate = reference.Number($"rate_{side}");
        Assert.Equal(reference.Whole($"successes_{side}"), variant.Whole("conversions"));
        Assert.Equal(reference.Number($"successes_{side}"), variant.Number("sum"));
        Near.Relative(what + " rate", rate, variant.Number("mean"), Exact);

        var interval = variant.GetProperty("credibleInterval");
        Assert.InRange(rate, interval.Number("lower"), interval.Number("upper"));
    }

    private static void Mean(string what, JsonElement variant, string side, JsonElement reference)
    {
        Near.Relative(what + " sum", reference.Number($"sum_{side}"), variant.Number("sum"), Exact);
        Near.Relative(what + " mean", reference.Number($"mean_{side}"), variant.Number("mean"), Exact);
        Near.Relative(what + " variance", reference.Number($"variance_{side}"), Math.Pow(variant.Number("standardDeviation"), 2), Exact);
    }

    private static void ProportionPair(string what, JsonElement comparison, JsonElement reference)
    {
        Near.Relative(
            what + " difference", reference.Number("rate_treatment") - reference.Number("rate_control"), comparison.Number("difference"), Exact);
        Near.Relative(what + " lift", reference.Number("relative_lift"), comparison.Number("relativeLift"), Exact);
        Near.Absolute(
            what + " probability", reference.Number("probability_treatment_beats_control"), comparison.Number("probabilityBeatsControl"), Chance);
        Near.Absolute(what + " loss", reference.Number("expected_loss_of_treatment"), comparison.Number("expectedLossIfPromoted"), Chance);
        Near.Absolute(what + " loss of control", reference.Number("expected_loss_of_control"), comparison.Number("expectedLossIfKept"), Chance);
    }

    private static void MeanPair(string what, JsonElement control, JsonElement treatment, JsonElement comparison, JsonElement reference)
    {
        var error = Math.Sqrt(
            (Math.Pow(control.Number("standardDeviation"), 2) / control.Number("users"))
            + (Math.Pow(treatment.Number("standardDeviation"), 2) / treatment.Number("users")));
        Near.Relative(what + " difference", reference.Number("difference"), comparison.Number("difference"), Exact);
        Near.Relative(what + " standard error", reference.Number("standard_error"), error, Exact);
        Near.Relative(
            what + " lift", (reference.Number("mean_treatment") / reference.Number("mean_control")) - 1, comparison.Number("relativeLift"), Exact);
        Near.Absolute(
            what + " probability", reference.Number("probability_treatment_beats_control_flat_normal"),
            comparison.Number("probabilityBeatsControl"), Chance);
    }
}
