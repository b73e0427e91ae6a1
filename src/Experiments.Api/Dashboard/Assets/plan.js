import { numberOf } from "./forms.js";

// Days and users that a test needs, by the API, while one types.
export function watchPlan(root) {
  const place = root.querySelector("[data-plan]");
  if (!place) return;
  const form = place.closest("form");
  const isProportion = place.dataset.plan === "proportion";
  const language = document.documentElement.lang === "fr" ? "fr-FR" : "en-GB";
  const count = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  let timer = 0;
  let asked = 0;

  async function ask() {
    const baseline = numberOf(field("plan-baseline").value);
    const users = numberOf(field("plan-users").value);
    const lift = numberOf(form.elements["decision.minimumDetectableLift"].value);
    const spread = isProportion ? null : numberOf(field("plan-spread").value);
    if ([baseline, users, lift, spread ?? 1].some(Number.isNaN)) return say(place.dataset.waiting);
    const mine = ++asked;
    const answer = await fetch("/v1/plans", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify({
        kpi: { type: place.dataset.plan, baseline: isProportion ? baseline / 100 : baseline, ...(spread ? { standardDeviation: spread } : {}) },
        variants: form.querySelectorAll("[data-variant]").length,
        usersPerDay: users,
        minimumDetectableLift: lift / 100,
      }),
    }).catch(() => null);
    if (mine !== asked) return;
    const plan = answer ? await answer.json() : null;
    if (!answer?.ok) return refused(plan);
    clear();
    say(place.dataset.answer
      .replace("{days}", count.format(Math.ceil(plan.days)))
      .replace("{users}", count.format(Math.ceil(plan.usersPerVariant * form.querySelectorAll("[data-variant]").length)))
      .replace("{expected}", count.format(Math.ceil(plan.expectedDays)))
      .replace("{power}", share.format(plan.power)) + " " + plan.advice);
  }

  const fields = { "kpi.baseline": "plan-baseline", "kpi.standardDeviation": "plan-spread", usersPerDay: "plan-users", minimumDetectableLift: "decision.minimumDetectableLift" };

  // The API's word on a field stands beside it, in the words of the page.
  function refused(problem) {
    clear();
    say(place.dataset.waiting);
    for (const path of Object.keys(problem?.errors ?? {})) {
      const wrong = document.getElementById(fields[path]);
      if (!wrong) continue;
      wrong.setAttribute("aria-invalid", "true");
      const error = document.getElementById(`${wrong.id}-error`);
      error.textContent = `${form.dataset.textCheck} ${wrong.dataset.check}`;
      error.hidden = false;
    }
  }

  function clear() {
    for (const id of Object.values(fields)) {
      const right = document.getElementById(id);
      right?.removeAttribute("aria-invalid");
      if (right) document.getElementById(`${id}-error`).hidden = true;
    }
  }

  const field = id => document.getElementById(id);
  const say = text => { if (place.textContent !== text) place.textContent = text; };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
}
