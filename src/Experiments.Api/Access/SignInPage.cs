using System.Text.Encodings.Web;
using Microsoft.Extensions.Primitives;

namespace Experiments.Api.Access;

/// <summary>The page on which a person shows a key, in English and French.</summary>
internal static class SignInPage
{
    internal sealed record Words(
        string Language, string Title, string Label, string Button, string Help, string Wrong, string AppKey, string TooMany, string Unencrypted);

    private static readonly Words English = new(
        "en", "Sign in", "Your key", "Sign in",
        "An administrator makes keys with the command 'keys create' or POST /v1/keys.",
        "This key is unknown, revoked or out of date.",
        "This key is an app's: it serves users and opens no page. Use a key of role viewer, marketer or admin.",
        "Too many wrong keys from here. Wait a moment, then try again.",
        "This page came over an unencrypted connection, over which nobody can stay signed in. Use its https address.");

    private static readonly Words French = new(
        "fr", "Se connecter", "Votre clé", "Se connecter",
        "Un administrateur crée les clés avec la commande « keys create » ou POST /v1/keys.",
        "Cette clé est inconnue, révoquée ou périmée.",
        "C'est la clé d'une application : elle sert les utilisateurs et n'ouvre aucune page. Utilisez une clé viewer, marketer ou admin.",
        "Trop de clés erronées depuis cette adresse. Attendez un instant, puis réessayez.",
        "Cette page est arrivée sans chiffrement ; personne ne peut y rester connecté. Utilisez son adresse https.");

    public static Words For(HttpRequest request)
    {
        var asked = request.Query["lang"] is { Count: > 0 } lang ? lang : request.Headers.AcceptLanguage;
        return StringValues.IsNullOrEmpty(asked) || !asked.ToString().TrimStart().StartsWith("fr", StringComparison.OrdinalIgnoreCase) ? English : French;
    }

    public static string Render(Words words, string returnTo, string? error) => $"""
        <!doctype html>
        <html lang="{words.Language}">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{words.Title} – Experiments</title></head>
        <body>
        <main class="sign-in">
        <h1>Experiments</h1>
        {(error is null ? "" : $"<p role=\"alert\">{error}</p>")}
        <form method="post" action="{SignIn.Path}">
        <p><label for="key">{words.Label}</label><br>
        <input id="key" name="key" type="password" required autofocus autocomplete="current-password" spellcheck="false" maxlength="200"></p>
        <input type="hidden" name="returnTo" value="{HtmlEncoder.Default.Encode(returnTo)}">
        <p><button>{words.Button}</button></p>
        </form>
        <p>{words.Help}</p>
        </main>
        </body>
        </html>
        """;

    /// <summary>Loads the same address again: the link of another site came without the strict cookie, our own page's comes with it.</summary>
    public static string Again(string address) => $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta http-equiv="refresh" content="0"><title>Experiments</title></head>
        <body><a href="{HtmlEncoder.Default.Encode(address)}">Experiments</a></body>
        </html>
        """;
}
