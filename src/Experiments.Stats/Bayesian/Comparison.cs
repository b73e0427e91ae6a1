namespace Experiments.Stats.Bayesian;

/// <summary>Read-out of two posteriors: it explains and prices, it never decides.</summary>
/// <param name="ProbabilityTreatmentBeats">P(treatment &gt; control), in [0, 1].</param>
/// <param name="ExpectedLossOfTreatment">E[(control - treatment)+]: what shipping loses on average, units of the metric.</param>
/// <param name="ExpectedLossOfControl">E[(treatment - control)+]: what keeping the control loses, units of the metric.</param>
public readonly record struct Comparison(
    double ProbabilityTreatmentBeats, double ExpectedLossOfTreatment, double ExpectedLossOfControl);
