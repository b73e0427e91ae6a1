using Experiments.Api.Catalog;

namespace Experiments.Api.Experiments;

internal static partial class CreateExperiment
{
    /// <summary>How the test is decided; what is left out takes the documented default.</summary>
    internal sealed record DecisionRequest
    {
        public double? Alpha { get; init; }
        public double? MinimumDetectableLift { get; init; }
        public double? HorizonUsers { get; init; }
        public double? Baseline { get; init; }
        public int? MinimumDays { get; init; }
        public int? CycleDays { get; init; }
        public int? MinimumUsersPerVariant { get; init; }
        public double? MaximumRelativeLoss { get; init; }
        public bool? AutoPromote { get; init; }
        public bool? Approval { get; init; }
        public double? Holdback { get; init; }
        public double? EscalatedHoldback { get; init; }
        public int? ReviewAfterDays { get; init; }

        /// <summary>Budget of false alarms of a bandit's guardrails, and of a best practice's; default 0.01.</summary>
        public double? GuardrailAlpha { get; init; }

        /// <summary>For a bandit: lift below which nothing is worth a change; default 0.01, which is 1 %.</summary>
        public double? MinimumWorthwhileLift { get; init; }

        /// <summary>Odds against a best practice from which its holdback grows; default 5.</summary>
        public double? Warn { get; init; }

        /// <summary>Odds from which it is demoted; default 1000 / cycleDays.</summary>
        public double? Demote { get; init; }

        /// <summary>Days in which the evidence for a best practice loses half of its weight; default 180.</summary>
        public double? EvidenceHalfLifeDays { get; init; }

        public static DecisionRequest From(DecisionSettings s) => new()
        {
            Alpha = s.Alpha,
            MinimumDetectableLift = s.MinimumDetectableLift,
            HorizonUsers = s.HorizonUsers,
            Baseline = s.Baseline,
            MinimumDays = s.MinimumDays,
            CycleDays = s.CycleDays,
            MinimumUsersPerVariant = s.MinimumUsersPerVariant,
            MaximumRelativeLoss = s.MaximumRelativeLoss,
            AutoPromote = s.AutoPromote,
            Approval = s.Approval,
            Holdback = s.Holdback,
            EscalatedHoldback = s.EscalatedHoldback,
            ReviewAfterDays = s.ReviewAfterDays,
            GuardrailAlpha = s.GuardrailAlpha,
            MinimumWorthwhileLift = s.MinimumWorthwhileLift,
            Warn = s.Warn,
            Demote = s.Demote,
            EvidenceHalfLifeDays = s.EvidenceHalfLifeDays,
        };

        public DecisionSettings ToSettings(string kind)
        {
            var defaults = new DecisionSettings();
            return new DecisionSettings
            {
                Alpha = Alpha ?? defaults.Alpha,
                MinimumDetectableLift = MinimumDetectableLift ?? DefaultLift,
                HorizonUsers = HorizonUsers,
                Baseline = Baseline,
                // A bandit moves its weights: it is watched for two whole cycles.
                MinimumDays = MinimumDays ?? (kind == "bandit" ? 14 : defaults.MinimumDays),
                CycleDays = CycleDays ?? defaults.CycleDays,
                MinimumUsersPerVariant = MinimumUsersPerVariant ?? defaults.MinimumUsersPerVariant,
                MaximumRelativeLoss = MaximumRelativeLoss ?? defaults.MaximumRelativeLoss,
                AutoPromote = AutoPromote ?? defaults.AutoPromote,
                Approval = Approval ?? defaults.Approval,
                Holdback = Holdback ?? defaults.Holdback,
                EscalatedHoldback = EscalatedHoldback ?? defaults.EscalatedHoldback,
                ReviewAfterDays = ReviewAfterDays ?? defaults.ReviewAfterDays,
                GuardrailAlpha = GuardrailAlpha,
                MinimumWorthwhileLift = MinimumWorthwhileLift,
                Warn = Warn,
                Demote = Demote,
                EvidenceHalfLifeDays = EvidenceHalfLifeDays,
            };
        }
    }

    /// <summary>How a bandit moves its weights; what is left out takes the documented default.</summary>
    internal sealed record BanditRequest
    {
        public string? UpdateEvery { get; init; }
        public double? Floor { get; init; }
        public double? ControlShare { get; init; }
        public double? MaximumMove { get; init; }
        public int? BurnInUsersPerVariant { get; init; }
        public double? PriorLogSd { get; init; }
        public double? HalfLifeDays { get; init; }

        /// <summary>Most that the variants may cost on average, per user, in the unit of the primary KPI; default none.</summary>
        public double? BudgetPerUser { get; init; }

        public static BanditRequest From(BanditSettings s) => new()
        {
            UpdateEvery = s.UpdateEvery,
            Floor = s.Floor,
            ControlShare = s.ControlShare,
            MaximumMove = s.MaximumMove,
            BurnInUsersPerVariant = s.BurnInUsersPerVariant,
            PriorLogSd = s.PriorLogSd,
            HalfLifeDays = s.HalfLifeDays,
            BudgetPerUser = s.BudgetPerUser,
        };

        public BanditSettings ToSettings()
        {
            var defaults = new BanditSettings();
            return new BanditSettings
            {
                UpdateEvery = UpdateEvery ?? defaults.UpdateEvery,
                Floor = Floor ?? defaults.Floor,
                ControlShare = ControlShare ?? defaults.ControlShare,
                MaximumMove = MaximumMove ?? defaults.MaximumMove,
                BurnInUsersPerVariant = BurnInUsersPerVariant ?? defaults.BurnInUsersPerVariant,
                PriorLogSd = PriorLogSd ?? defaults.PriorLogSd,
                HalfLifeDays = HalfLifeDays,
                BudgetPerUser = BudgetPerUser,
            };
        }
    }
}
