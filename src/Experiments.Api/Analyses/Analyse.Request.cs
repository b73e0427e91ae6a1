using System.ComponentModel.DataAnnotations;
using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Analyses;

internal static partial class Analyse
{
    /// <summary>Counts and sums of one KPI, by variant and perhaps by epoch.</summary>
    internal sealed record Request
    {
        /// <summary><c>ab</c> (the default) or <c>bandit</c>.</summary>
        public string? Kind { get; init; }
        [Required]
        public KpiRequest? Kpi { get; init; }

        /// <summary>Key of the control.</summary>
        [Required]
        public string? Control { get; init; }

        /// <summary>Error budget, in (0, 0.5]; default 0.05.</summary>
        public double? Alpha { get; init; }
        public PlanRequest? Plan { get; init; }
        public IReadOnlyList<VariantRequest>? Variants { get; init; }

        /// <summary>In place of <see cref="Variants"/>: stretches with their own weights, in order of their start.</summary>
        public IReadOnlyList<EpochRequest>? Epochs { get; init; }

        public IReadOnlyList<EpochRequest> AllEpochs() => Epochs ?? [new EpochRequest { Variants = Variants }];
    }

    internal sealed record KpiRequest
    {
        /// <summary><c>proportion</c>, <c>mean</c> or <c>count</c>.</summary>
        [Required]
        public string? Type { get; init; }

        /// <summary><c>increase</c> or <c>decrease</c>: which way is good; none declared when absent.</summary>
        public string? Direction { get; init; }
    }

    /// <summary>What a plan would have frozen.</summary>
    internal sealed record PlanRequest
    {
        /// <summary>N: planned users of the pair.</summary>
        public double? HorizonUsers { get; init; }

        /// <summary>m: planned base rate; by default frozen blind from the counts.</summary>
        public double? Baseline { get; init; }

        /// <summary>Planned standard deviation of a mean; by default frozen blind.</summary>
        public double? StandardDeviation { get; init; }

        /// <summary>Weight of the upward side, in [0, 1].</summary>
        public double? DirectionWeight { get; init; }
        public double? MinimumDetectableLift { get; init; }
    }

    internal sealed record EpochRequest
    {
        public IReadOnlyList<VariantRequest>? Variants { get; init; }
    }

    internal sealed record VariantRequest
    {
        [Required]
        public string? Key { get; init; }

        /// <summary>Share in any scale; 1 by default.</summary>
        public double? Weight { get; init; }
        [Required]
        public long? Users { get; init; }

        /// <summary>For a proportion.</summary>
        public long? Conversions { get; init; }

        /// <summary>For a mean or a count: Σx and Σx².</summary>
        public double? Sum { get; init; }
        public double? SumOfSquares { get; init; }

        public MomentCell ToCell(bool isProportion)
        {
            if (isProportion)
            {
                var converted = new ExactSum(Conversions!.Value, 0);
                return new MomentCell(Users!.Value, Conversions.Value, converted, converted, default, default, default);
            }

            // How many users are not zero is not told; the evidence of a mean then takes all of them to be.
            return new MomentCell(
                Users!.Value, Conversions ?? (Sum == 0 ? 0 : Users.Value), new ExactSum(Sum!.Value, 0), new ExactSum(SumOfSquares!.Value, 0),
                default, default, default);
        }
    }
}
