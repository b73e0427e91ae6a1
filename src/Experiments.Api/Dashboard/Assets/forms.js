import { watchPlan } from "./plan.js";

// Forms are the API's own requests: the names of fields are JSON paths, and what the API says of a path stands beside its field.
export function watchForms(root) {
  for (const form of root.querySelectorAll("form[data-api]")) watchSubmit(form);
  for (const field of root.querySelectorAll("[data-slug-of]")) watchSlug(field);
  for (const button of root.querySelectorAll("[data-add-variant]")) button.addEventListener("click", () => addVariant(button));
  for (const print of root.querySelectorAll("[data-print]")) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  watchPlan(root);
}

function watchSubmit(form) {
  // The same form sent twice is one request.
  let key = crypto.randomUUID?.() ?? String(Math.random());
  form.addEventListener("submit", async event => {
    event.preventDefault();
    if (form.dataset.sending) return;
    clearErrors(form);
    if (!checkRequired(form)) return;
    form.dataset.sending = "yes";
    try {
      const body = bodyOf(form);
      const answer = await fetch(form.dataset.api, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang, "Idempotency-Key": key },
        body: JSON.stringify(body),
      });
      const result = await answer.json().catch(() => ({}));
      if (answer.ok) {
        key = crypto.randomUUID?.() ?? String(Math.random());
        succeeded(form, body, result);
      } else {
        key = crypto.randomUUID?.() ?? String(Math.random());
        refused(form, answer.status, result);
      }
    } catch {
      say(form, form.dataset.textFailed);
    } finally {
      delete form.dataset.sending;
    }
  });
}

function succeeded(form, body, result) {
  if (form.dataset.addsOption) {
    const select = document.getElementById(form.dataset.addsOption);
    select.add(new Option(result.name ?? result.key, result.key, true, true));
    select.closest("form").querySelector(".newkpi").open = false;
    form.reset();
    select.focus();
  } else if (form.dataset.next) {
    location.assign(form.dataset.next.replace("{key}", encodeURIComponent(body.key)));
  } else {
    location.reload();
  }
}

function refused(form, status, problem) {
  if (status === 401 || status === 403) return say(form, form.dataset.textForbidden);
  const isFrench = document.documentElement.lang === "fr";
  const taken = status === 409 && problem.code?.endsWith("-exists");
  const errors = taken ? { key: [form.dataset.textTaken] } : problem.errors ?? {};
  let first = null;
  const elsewhere = [];
  for (const [path, messages] of Object.entries(errors)) {
    const field = [...form.elements].find(e => e.name === path) ?? [...form.elements].find(e => e.name && path.startsWith(e.name));
    if (!field) {
      elsewhere.push(`${path} ${messages[0]}`);
      continue;
    }
    const own = taken ? messages[0] : `${form.dataset.textCheck} ${isFrench ? field.dataset.check ?? "" : messages[0]}`;
    mark(field, own);
    first ??= field;
  }
  if (first) first.focus();
  if (!first || elsewhere.length) say(form, elsewhere.join("; ") || (problem.detail ?? form.dataset.textFailed));
}

function checkRequired(form) {
  const missing = [...form.elements].filter(e => e.required && !e.value.trim());
  for (const field of missing) mark(field, `${form.dataset.textCheck} ${field.dataset.check ?? ""}`);
  missing[0]?.focus();
  return missing.length === 0;
}

function mark(field, text) {
  field.setAttribute("aria-invalid", "true");
  const place = document.getElementById(`${field.id}-error`);
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
  field.addEventListener("input", () => clear(field), { once: true });
}

function clear(field) {
  field.removeAttribute("aria-invalid");
  const place = document.getElementById(`${field.id}-error`);
  if (place) place.hidden = true;
}

function clearErrors(form) {
  for (const field of form.elements) if (field.id) clear(field);
  const place = errorPlace(form);
  if (place) place.hidden = true;
}

const errorPlace = form => document.querySelector(`[data-error-of="${form.id}"]`) ?? form.querySelector(".error[role=alert]");

function say(form, text) {
  const place = errorPlace(form);
  place.textContent = text;
  place.hidden = false;
}

/** A number as people write it in either language; NaN where it is none. */
export const numberOf = text => text.trim() === "" ? NaN : Number(text.replace(/[\s\u00a0\u202f%]/g, "").replace(",", "."));

// The JSON that a form stands for.
function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || (["radio", "checkbox"].includes(field.type) && !field.checked)) continue;
    if (field.value === "" && !field.required && field.dataset.kind !== "value") continue;
    put(body, field.name, valueOf(field));
  }
  return form.querySelector("[data-variants]") ? completed(body) : body;
}

function valueOf(field) {
  const text = field.value.trim();
  switch (field.dataset.kind) {
    case "percent": return Math.round(numberOf(text) * 1e6) / 1e8;
    case "number": return numberOf(text);
    case "value": return text === "" ? null : parsed(text);
    default: return text;
  }
}

// true, 3 and {"a":1} are what they look like; everything else is a text.
function parsed(text) {
  try { return JSON.parse(text); } catch { return text; }
}

function put(body, path, value) {
  const steps = path.split(/[.[\]]+/).filter(Boolean);
  if (path.endsWith("[]")) return (body[steps[0]] ??= []).push(value);
  let place = body;
  steps.forEach((step, i) => {
    const last = i === steps.length - 1;
    if (last) place[step] = value;
    else place = place[step] ??= /^\d+$/.test(steps[i + 1]) ? [] : {};
  });
}

// What a marketer need not say: keys and weights of variants, and which one is the control.
function completed(body) {
  const used = new Set();
  for (const variant of body.variants) {
    let key = slug(variant.name ?? "") || "variant";
    for (let i = 2; used.has(key); i++) key = `${slug(variant.name ?? "") || "variant"}-${i}`;
    used.add(key);
    Object.assign(variant, { key, weight: 1 });
  }
  return { ...body, control: body.variants[0].key };
}

const slug = text => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).replace(/-+$/, "");

function watchSlug(field) {
  const source = document.getElementById(field.dataset.slugOf);
  let own = field.value !== "";
  field.addEventListener("input", () => { own = field.value !== ""; });
  source.addEventListener("input", () => {
    if (!own) field.value = slug(source.value).slice(0, 40).replace(/-+$/, "");
  });
}

function addVariant(button) {
  const list = document.querySelector("[data-variants]");
  const number = list.children.length;
  const copy = list.lastElementChild.cloneNode(true);
  for (const element of copy.querySelectorAll("[id], [for], [name]")) {
    for (const attribute of ["id", "for", "name", "aria-describedby"]) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replaceAll(`[${number - 1}]`, `[${number}]`));
    }
    if ("value" in element) element.value = "";
  }
  list.append(copy);
  copy.querySelector("input").focus();
}
