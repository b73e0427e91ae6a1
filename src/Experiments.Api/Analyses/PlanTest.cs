using System.ComponentModel.DataAnnotations;
using Experiments.Api.Results;
using Experiments.Api.Shared;
using Experiments.Stats.Planning;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Analyses;

/// <summary><c>POST /v1/plans</c>: how many users and days a test needs, before it is started.</summary>
internal static class PlanTest
{
    private const double UsualAlpha = 0.05;
    private const double UsualPower = 0.8;
    private const double DaysInYear = 365;

    internal sealed record Request
    {
        [Required]
        public KpiRequest? Kpi { get; init; }

        /// <summary>Number of variants, the control included; 2 by default.</summary>
        public int? Variants { get; init; }

        /// <summary>New users a day, all variants together.</summary>
        [Required]
        public double? UsersPerDay { get; init; }

        /// <summary>Relative lift to be found: 0.1 is +10 %.</summary>
        [Required]
        public double? MinimumDetectableLift { get; init; }
        public double? Alpha { get; init; }

        /// <summary>Probability of finding that lift by a fixed-horizon test; 0.8 by default.</summary>
        public double? Power { get; init; }

        /// <summary>What one conversion (or one unit of the mean) is worth, in money: adds the value of running the test.</summary>
        public double? ValuePerConversion { get; init; }

        /// <summary>What a day of the test costs, in money.</summary>
        public double? DailyCost { get; init; }

        /// <summary>Users a year who would get what wins; by default 365 days of <see cref="UsersPerDay"/>.</summary>
        public double? YearlyUsers { get; init; }
    }

    internal sealed record KpiRequest
    {
        /// <summary><c>proportion</c>, <c>mean</c> or <c>count</c>.</summary>
        [Required]
        public string? Type { get; init; }

        /// <summary>Rate or mean of the control.</summary>
        [Required]
        public double? Baseline { get; init; }

        /// <summary>Standard deviation of a user's value, for a mean or a count.</summary>
        public double? StandardDeviation { get; init; }
    }

    /// <param name="UsersPerVariant">Users of each variant at the horizon of the sequential test.</param>
    /// <param name="ExpectedUsersPerVariant">Users used on average when the lift is as planned: the test ends when it knows.</param>
    /// <param name="Days">Days to the horizon.</param>
    /// <param name="ExpectedDays">Days on average.</param>
    /// <param name="FixedHorizonUsersPerVariant">What a test that may be read once only would need for the same power.</param>
    /// <param name="Power">Probability that the sequential test finds that lift before its horizon.</param>
    /// <param name="Value">Money: expected gain of a year less the cost of the test; null without <c>valuePerConversion</c>.</param>
    /// <param name="Advice">What to make of it, in one sentence.</param>
    internal sealed record View(
        double UsersPerVariant, double ExpectedUsersPerVariant, double Days, double ExpectedDays, double FixedHorizonUsersPerVariant,
        double Power, double? Value, string Advice);

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Kpi).NotNull().WithMessage("is required: {\"type\",\"baseline\",\"standardDeviation\"?}").ChildRules(kpi =>
            {
                kpi.RuleFor(k => k!.Type).Must(t => t is "proportion" or "mean" or "count").WithMessage("must be proportion, mean or count");
                kpi.RuleFor(k => k!.Baseline).Must(b => b is > 0 and < 1).When(k => k!.Type == "proportion")
                    .WithMessage("must be above 0 and below 1: the control's conversion rate");
                kpi.RuleFor(k => k!.Baseline).Must(b => b is { } m && m != 0).When(k => k!.Type is "mean" or "count")
                    .WithMessage("must be the control's mean, not 0");
                kpi.RuleFor(k => k!.StandardDeviation).Must(s => s is > 0).When(k => k!.Type is "mean" or "count")
                    .WithMessage("is required for a mean or a count, above 0");
            });
            RuleFor(r => r.Variants).Must(v => v is null or (>= 2 and <= 50)).WithMessage("must be from 2 to 50, the control included");
            RuleFor(r => r.UsersPerDay).Must(u => u is > 0).WithMessage("is required, above 0");
            RuleFor(r => r.MinimumDetectableLift).Must(l => l is > 0 and <= 10)
                .WithMessage("is required, above 0 and at most 10: 0.1 is +10 %");
            RuleFor(r => r.Alpha).Must(a => a is null or (> 0 and <= 0.5)).WithMessage("must be above 0 and at most 0.5");
            RuleFor(r => r.ValuePerConversion).Must(v => v is null or >= 0).WithMessage("must be 0 or more");
            RuleFor(r => r.DailyCost).Must(c => c is null or >= 0).WithMessage("must be 0 or more");
            RuleFor(r => r.YearlyUsers).Must(u => u is null or >= 0).WithMessage("must be 0 or more");
            RuleFor(r => r.Power).Must(p => p is null or (> 0.5 and < 1)).WithMessage("must be above 0.5 and below 1");
        }
    }

    public static void Map(RouteGroupBuilder analyses) => analyses
        .MapPost("/plans", Handle)
        .WithName("planTest")
        .WithSummary("Users and days that a test needs: sequential, expected, and at a fixed horizon.")
        .Validate<Request>()
        .Answers(400);

    internal static Ok<View> Handle(Request request, HttpRequest http)
    {
        const double Share = 0.5;
        var language = Language.Of(http);
        var kpi = request.Kpi!;
        var variants = request.Variants ?? 2;
        var lift = request.MinimumDetectableLift!.Value;
        var alpha = request.Alpha ?? UsualAlpha;
        var wantedPower = request.Power ?? UsualPower;

        // Effect, in standard errors at the horizon, that the horizon is sized for: 2.8 is found with 80 % power at alpha 5 %.
        var scale = MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, 1 - (alpha / 2)) + MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, wantedPower);
        double Pair(double z) => kpi.Type == "proportion"
            ? HorizonPlanning.UsersForProportion(kpi.Baseline!.Value, Share, lift, z)
            : HorizonPlanning.UsersForMean(Math.Pow(kpi.StandardDeviation!.Value, 2), Share, lift * Math.Abs(kpi.Baseline!.Value), z);

        var isUsual = request.Alpha is null && request.Power is null;
        var horizon = Pair(isUsual ? HorizonPlanning.UsualEffectScale : scale);
        var effect = isUsual ? HorizonPlanning.UsualEffectScale : scale;
        var share = ExpectedDuration.At(effect, directionDeclared: true).HorizonShare;
        var days = HorizonPlanning.Days(horizon, request.UsersPerDay!.Value * 2 / variants);
        var power = ExpectedDuration.At(effect, directionDeclared: true).Power;
        return TypedResults.Ok(new View(
            horizon / 2, share * horizon / 2, days, share * days, Pair(scale) / 2, power, Value(request, horizon, variants),
            Advice(language, days)));
    }

    private static double? Value(Request request, double horizon, int variants)
    {
        if (request.ValuePerConversion is not { } value || request.Kpi!.Type != "proportion") return null;
        var idea = new TestIdea(
            request.Kpi.Baseline!.Value, 0.5, horizon, request.UsersPerDay!.Value * 2 / variants,
            request.YearlyUsers ?? (request.UsersPerDay.Value * DaysInYear), value, request.DailyCost ?? 0, DirectionDeclared: true);
        return ValueOfRunning.Evaluate(idea, ValueOfRunning.UsualPrior).Money;
    }

    private static string Advice(Language language, double days) => (language.IsFrench, days > DaysInYear) switch
    {
        (false, true) => "Not within a year: choose a bolder change or a more sensitive KPI.",
        (true, true) => "Pas avant un an : choisissez un changement plus marqué ou un indicateur plus sensible.",
        (false, false) => "Run it for whole weeks; it may end sooner, and reading it daily costs nothing.",
        (true, false) => "Laissez-le courir des semaines entières ; il peut finir plus tôt, et le lire chaque jour ne coûte rien.",
    };
}
