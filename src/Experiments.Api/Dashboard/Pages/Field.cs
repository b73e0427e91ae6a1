using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>Fields of forms: label, hint and the place of an error. A name is the JSON path that the API knows it by.</summary>
internal static class Field
{
    public static Markup Text(
        Language l, string name, Word label, Word? hint, string? value = null, string? form = null, string? id = null, string? slugOf = null,
        bool isRequired = true, string? list = null, string? kind = null) => Wrap(l, id ?? name, label, hint, Markup.Of($"""
            <input {Common(l, id ?? name, name, hint, form)} type="text" value="{value}" maxlength="200" autocomplete="off" {Attribute("data-slug-of", slugOf)} {Attribute("list", list)} {Attribute("data-kind", kind)} {Flag("required", isRequired)}>
            """));

    public static Markup Area(Language l, string name, Word label, Word hint, Word example) => Wrap(l, name, label, hint, Markup.Of($"""
        <textarea {Common(l, name, name, hint, null)} rows="2" maxlength="2000" placeholder="{example[l]}" required></textarea>
        """));

    public static Markup Number(
        Language l, string name, Word label, Word? hint, string? value = null, bool isPercent = false, bool isRequired = true, string? id = null) => Wrap(l, id ?? name, label, hint, Markup.Of($"""
            <input {Common(l, id ?? name, name, hint, null)} type="text" inputmode="decimal" value="{value}" autocomplete="off" data-kind="{(isPercent ? "percent" : "number")}" {Flag("required", isRequired)}>
            """));

    public static Markup Select(
        Language l, string name, Word label, Word? hint, IEnumerable<(string Value, string Text)> options, string? form = null, string? id = null,
        bool isRequired = false) => Wrap(l, id ?? name, label, hint, Markup.Of($"""
            <select {Common(l, id ?? name, name, hint, form)} {Flag("required", isRequired)}>{options.Select(o => Markup.Of($"""<option value="{o.Value}">{o.Text}</option>"""))}</select>
            """));

    /// <summary>A key, suggested from what was written in another field.</summary>
    public static Markup Key(Language l, string from) => Text(l, "key", Terms.Key, FormWords.KeyHint, slugOf: from);

    private static Markup Wrap(Language l, string id, Word label, Word? hint, Markup control) => Markup.Of($"""
        <div class="field"><label for="{id}">{label[l]}</label>{control}
        {(hint is { } word ? Markup.Of($"""<p class="hint" id="{id}-hint">{word[l]}</p>""") : Markup.None)}<p class="field-error" id="{id}-error" hidden></p></div>
        """);

    private static Markup Common(Language l, string id, string name, Word? hint, string? form) => Markup.Of($"""
        id="{id}" name="{name}" dir="auto" {Attribute("form", form)} data-check="{hint?[l]}" aria-describedby="{(hint is null ? "" : id + "-hint ")}{id}-error"
        """);

    private static Markup Attribute(string name, string? value) => value is null ? Markup.None : Markup.Of($"{name}=\"{value}\"");

    private static Markup Flag(string name, bool isSet) => isSet ? Markup.Of($"{name}") : Markup.None;
}
