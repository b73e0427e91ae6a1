using Experiments.Stats.Sequential;

namespace Experiments.Calibration.Methods;

/// <summary>The library's own sequential test as the decision engine runs it, until its first crossing.</summary>
internal sealed class ShippedTest(SequentialPlan plan, double? planned = null)
{
    private TestState _state = TestState.Initial;
    private int _looks;

    /// <summary>Look of the first crossing, 0 while there was none.</summary>
    internal int Crossing { get; private set; }

    /// <summary>+1 or -1: where the data pointed at the crossing.</summary>
    internal int Direction { get; private set; }

    internal void Look(in ProportionEpoch epoch) => Look([epoch]);

    internal void Look(ReadOnlySpan<ProportionEpoch> epochs)
    {
        _looks++;
        if (Crossing == 0)
        {
            var (evidence, next) = ProportionTest.Look(plan, planned, epochs, NullHypothesis.NoEffect, _state);
            Keep(evidence, next);
        }
    }

    internal void Look(in MeanEpoch epoch)
    {
        _looks++;
        if (Crossing == 0)
        {
            var (evidence, next) = MeanTest.Look(plan, planned, [epoch], NullHypothesis.NoEffect, _state);
            Keep(evidence, next);
        }
    }

    private void Keep(in Evidence evidence, TestState next)
    {
        _state = next;
        if (evidence.LogEvidence >= plan.LogThreshold)
        {
            (Crossing, Direction) = (_looks, evidence.Direction);
        }
    }
}
