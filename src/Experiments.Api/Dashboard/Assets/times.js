// Moments of the day in the reader's own time zone.
export const clockOf = moment => new Intl.DateTimeFormat(
  document.documentElement.lang === "fr" ? "fr-FR" : "en-GB", { hour: "2-digit", minute: "2-digit" }).format(moment);

export function localTimes(root) {
  for (const time of root.querySelectorAll("time[data-clock]")) time.textContent = clockOf(new Date(time.dateTime));
}
