// The pages work without scripts; these make them live, let forms speak with the API, and pictures be read by keyboard.
import { follow } from "./live.js";
import { watchForms } from "./forms.js";
import { readPictures } from "./pictures.js";
import { localTimes } from "./times.js";

const refreshed = root => {
  watchForms(root);
  localTimes(root);
  readPictures(root);
};

// Another language of the same page, whatever its query.
for (const link of document.querySelectorAll("[data-language]")) {
  const url = new URL(location.href);
  url.searchParams.set("lang", link.lang);
  link.href = url.pathname + url.search;
}

refreshed(document);
follow(refreshed);
