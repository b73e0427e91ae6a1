import { clockOf } from "./times.js";

// A change is announced by the stream; what is shown is the page itself, asked for again and swapped in. When the service is away the
// page says how old its data are and goes on trying.
const patience = 3000;
const poll = 15000;

export function follow(refreshed) {
  const { stream, livePage } = document.body.dataset;
  if (livePage !== "yes" || !document.querySelector("[data-live]")) return;
  const banner = document.getElementById("stale");
  let fresh = new Date();
  let tag = null;
  let running = null;

  const isFresh = () => {
    fresh = new Date();
    banner.hidden = true;
    for (const time of document.querySelectorAll(".asof time")) {
      time.dateTime = fresh.toISOString();
      time.textContent = clockOf(fresh);
    }
  };
  const isStale = () => {
    const time = banner.querySelector("[data-stale]");
    time.dateTime = fresh.toISOString();
    time.textContent = clockOf(fresh);
    banner.hidden = false;
  };

  async function load() {
    const answer = await fetch(location.href, { headers: { "If-None-Match": tag ?? "" }, cache: "no-store", signal: AbortSignal.timeout(10000) });
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      tag = answer.headers.get("ETag");
      swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    isFresh();
  }

  // One at a time: a change that comes while the page is on its way is in the next one.
  function refresh() {
    running = (running ?? Promise.resolve()).then(load).then(() => true, () => (isStale(), false));
    return running;
  }

  function swap(page) {
    for (const old of document.querySelectorAll("[data-live]")) {
      const now = page.querySelector(`[data-live="${old.dataset.live}"]`);
      if (!now || busy(old)) continue;
      keepOpen(old, now);
      const focus = focusPath(old);
      old.replaceWith(now);
      refreshed(now);
      if (focus) now.querySelectorAll(focus.selector)[focus.index]?.focus({ preventScroll: true });
    }
  }

  if (!stream) {
    setInterval(refresh, poll);
    return;
  }
  connect();

  function connect() {
    const source = new EventSource(stream);
    source.onopen = () => { if (!banner.hidden) refresh(); else isFresh(); };
    source.addEventListener("results", refresh);
    source.onerror = () => {
      isStale();
      // The browser tries again by itself, unless the answer was an error.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, patience);
    };
    addEventListener("pagehide", () => source.close(), { once: true });
    addEventListener("pageshow", event => { if (event.persisted) location.reload(); }, { once: true });
  }
}

// Somebody is writing a reason: his form is not taken from under his fingers.
const busy = part => [...part.querySelectorAll("form")].some(form => form.contains(document.activeElement) || [...form.querySelectorAll("textarea")].some(t => t.value));

function keepOpen(old, now) {
  const before = old.querySelectorAll("details");
  const after = now.querySelectorAll("details");
  before.forEach((details, i) => { if (after[i] && before.length === after.length) after[i].open = details.open; });
}

function focusPath(part) {
  const focused = document.activeElement;
  if (!part.contains(focused) || focused === part) return null;
  const selector = focused.tagName.toLowerCase();
  return { selector, index: [...part.querySelectorAll(selector)].indexOf(focused) };
}
