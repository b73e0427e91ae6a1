using System.ComponentModel.DataAnnotations;
using Experiments.Api.Experiments;
using Experiments.Stats;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Allocations;

internal static partial class Allocate
{
    /// <summary>What a bandit knows, and its buckets now.</summary>
    internal sealed record Request
    {
        [Required]
        public KpiRequest? Kpi { get; init; }

        /// <summary>Key of the control.</summary>
        [Required]
        public string? Control { get; init; }

        /// <summary>Settings as of an experiment; what is left out takes the documented default.</summary>
        public CreateExperiment.BanditRequest? Bandit { get; init; }

        /// <summary>Buckets in force by variant.</summary>
        [Required]
        public IReadOnlyDictionary<string, int>? Current { get; init; }

        /// <summary>Stretches with their own weights, in order of their start; none before anybody was seen.</summary>
        public IReadOnlyList<EpochRequest?>? Epochs { get; init; }

        /// <summary>Variants that are paused or stopped: they leave at once.</summary>
        public IReadOnlyList<string>? Inactive { get; init; }
    }

    internal sealed record KpiRequest
    {
        /// <summary><c>proportion</c>, <c>mean</c> or <c>count</c>.</summary>
        [AllowedValues("proportion", "mean", "count")]
        [Required]
        public string? Type { get; init; }

        /// <summary><c>increase</c> (the default) or <c>decrease</c>: which way is good.</summary>
        [AllowedValues("increase", "decrease")]
        public string? Direction { get; init; }
    }

    internal sealed record EpochRequest
    {
        [Required]
        public IReadOnlyList<VariantRequest?>? Variants { get; init; }
    }

    internal sealed record VariantRequest
    {
        [Required]
        public string? Key { get; init; }

        /// <summary>Share in any scale; without weights an epoch is not checked for its sample ratio.</summary>
        public double? Weight { get; init; }

        /// <summary>Users known: mature ones, and pending ones by the share of conversions that normally have come.</summary>
        [Required]
        public double? Users { get; init; }

        /// <summary>For a proportion.</summary>
        public double? Conversions { get; init; }

        /// <summary>For a mean or a count: Σx and Σx².</summary>
        public double? Sum { get; init; }
        public double? SumOfSquares { get; init; }

        public ArmCell ToCell(bool isProportion)
        {
            var users = Users!.Value;
            if (isProportion) return ArmCell.OfProportion(users, Conversions!.Value);
            if (users == 0) return default;
            var mean = Sum!.Value / users;
            // How many users are not zero is not told: all of them, unless nobody is.
            return ArmCell.OfMean(
                new MeanMoments(users, mean, Math.Max(0, SumOfSquares!.Value - (users * mean * mean))), SumOfSquares > 0 ? Conversions ?? users : 0);
        }
    }
}
