// Pictures by keyboard: the arrow keys walk over the rows of their table, which are read out; and pictures as PNG.
export function readPictures(root) {
  for (const picture of root.querySelectorAll("svg.chart[tabindex]")) watchKeys(picture);
  for (const link of root.querySelectorAll("a[data-picture]")) addPng(link);
}

function watchKeys(picture) {
  const rows = [...(picture.closest("figure")?.querySelectorAll(".numbers tbody tr") ?? [])];
  const heads = [...(picture.closest("figure")?.querySelectorAll(".numbers thead th") ?? [])].map(h => h.textContent);
  if (rows.length === 0) return;
  let at = rows.length;
  picture.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    at = Math.min(rows.length - 1, Math.max(0, at + step));
    announce([...rows[at].cells].map((cell, i) => `${heads[i]} ${cell.textContent}`).join(", "));
    cursor(picture, rows.length > 1 ? at / (rows.length - 1) : 1);
  });
  picture.addEventListener("blur", () => picture.querySelector(".cursor")?.remove());
}

function cursor(picture, share) {
  const line = picture.querySelector(".cursor") ?? picture.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "line"));
  for (const [name, value] of Object.entries({ class: "cursor", x1: `${100 * share}%`, x2: `${100 * share}%`, y1: 0, y2: "100%" })) line.setAttribute(name, value);
}

function announce(text) {
  let region = document.getElementById("announce");
  if (!region) {
    region = document.body.appendChild(document.createElement("p"));
    region.id = "announce";
    region.className = "sr";
    region.setAttribute("role", "status");
  }
  region.textContent = text;
}

function addPng(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = "PNG";
  button.addEventListener("click", async () => {
    const svg = await (await fetch(link.href)).text();
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const file = document.createElement("a");
    file.href = canvas.toDataURL("image/png");
    file.download = new URL(link.href).pathname.split("/").pop().replace(".svg", ".png");
    file.click();
  });
  link.after(" ", button);
}
