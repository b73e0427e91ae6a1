using System.Globalization;
using System.Text.Encodings.Web;
using Experiments.Sdk;
using Microsoft.AspNetCore.Mvc;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.AspNetCore;

namespace Shop;

/// <summary>What visitors see: a page, a log-in, a purchase.</summary>
internal static class Storefront
{
    private static readonly (string Name, decimal Price)[] Goods = [("Umbrella", 49.90m), ("Scarf", 19.90m), ("Hat", 29.90m)];

    public static void Map(WebApplication app)
    {
        app.MapGet("/", HomeAsync);
        app.MapGet("/express", () => Page("Express checkout", "<p>One click, and it is yours.</p>")).WithFeatureGate("shop.express");
        app.MapPost("/orders", OrderAsync).DisableAntiforgery();
        app.MapPost("/login", LogIn).DisableAntiforgery();
    }

    private static async Task<IResult> HomeAsync(HttpContext http, ExperimentsClient experiments, IVariantFeatureManagerSnapshot features)
    {
        var visitor = Visitor.Of(http);

        // Local, in nanoseconds. The last argument is what the shop says by itself.
        var title = experiments.GetValue("shop.title", visitor.Id, "Welcome");

        // A bandit: the visitor keeps the banner that he saw first, whichever process served it.
        var banner = await experiments.GetValueAsync("shop.banner", visitor.Id, "Free delivery from 50 €");

        // The shop's own flag of before, unchanged; and a parameter of an experiment, asked for as a flag.
        var sorting = (await features.GetVariantAsync("Sorting", http.RequestAborted))?.Configuration?.Value ?? "newest";
        var express = await features.IsEnabledAsync("shop.express", http.RequestAborted);

        IEnumerable<(string Name, decimal Price)> sorted = sorting == "cheapest" ? Goods.OrderBy(good => good.Price) : Goods;
        var goods = string.Concat(sorted.Select(good => string.Create(CultureInfo.InvariantCulture, $"""
            <li>{good.Name}, {good.Price} €
              <form method="post" action="/orders"><input type="hidden" name="order" value="{Guid.NewGuid():N}">
              <input type="hidden" name="amount" value="{good.Price}"><button>Buy</button></form></li>
            """)));
        return Page(title, $"""
            <p class="banner">{HtmlEncoder.Default.Encode(banner)}</p>
            <ul data-sorting="{sorting}">{goods}</ul>
            {(express ? "<p><a href=\"/express\">Express checkout</a></p>" : "")}
            <form method="post" action="/login"><label>Customer number <input name="customer" required></label> <button>Log in</button></form>
            <p><a href="/why">Why do I see this?</a></p>
            """);
    }

    /// <summary>A purchase. The order's number is the event's id: sent twice, it counts once.</summary>
    private static async Task<IResult> OrderAsync(
        HttpContext http, ExperimentsClient experiments, [FromForm] string order, [FromForm] double amount, CancellationToken cancellationToken)
    {
        experiments.Track("purchase", Visitor.Of(http).Id, amount, new TrackDetails { Id = order });

        // The customer is told "thank you" once the event would outlive a crash of this process.
        await experiments.PersistAsync(cancellationToken);
        return Page("Thank you", "<p><a href=\"/\">Back to the shop</a></p>");
    }

    /// <summary>The visitor becomes known: one person from now on, and what he saw before stays.</summary>
    private static IResult LogIn(HttpContext http, ExperimentsClient experiments, [FromForm] string customer)
    {
        experiments.Alias(customer, Visitor.Of(http).CookieId);
        http.Response.Cookies.Append(VisitorCookie.Customer, customer, VisitorCookie.Options);
        return Results.Redirect("/");
    }

    private static IResult Page(string title, string body) => Results.Content($$"""
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>{{HtmlEncoder.Default.Encode(title)}}</title>
        <style>body{font:16px/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}.banner{background:#eef;padding:.5rem 1rem}form{display:inline}</style>
        <h1>{{HtmlEncoder.Default.Encode(title)}}</h1>{{body}}</html>
        """, "text/html; charset=utf-8");
}
