/* Pages of a PDF, drawn by pdf.js. Loaded on the page of a PDF only; without it the page offers the file itself. */
const root = document.querySelector("[data-pdf]");
const plain = document.querySelector("[data-pdf-plain]");
const failed = document.querySelector("[data-pdf-failed]");
const box = root.querySelector("[data-page-box]");
const canvas = box.querySelector("canvas");
const text = root.querySelector("[data-page-text]");
const field = root.querySelector("[data-number]");
const STEPS = [0.5, 4];
let pdf, page = 1, zoom = 1, drawing = null, turn = 0;

const worker = () => {
  const address = root.dataset.worker;
  const policy = window.trustedTypes ? trustedTypes.createPolicy("wenmai-pdf", { createScriptURL: () => address }) : null;
  return new Worker(policy ? policy.createScriptURL("") : address, { type: "module" });
};

async function open() {
  const library = await import(root.dataset.library);
  library.GlobalWorkerOptions.workerPort = worker();
  const assets = new URL(root.dataset.assets, location.href).href;
  pdf = await library.getDocument({
    url: root.dataset.pdf, disableAutoFetch: true, disableStream: true, isEvalSupported: false, enableXfa: false, useWasm: false,
    cMapUrl: `${assets}cmaps/`, cMapPacked: true, standardFontDataUrl: `${assets}standard_fonts/`, wasmUrl: `${assets}wasm/`,
  }).promise;
  root.hidden = false;
  plain.hidden = true;
  root.querySelector("[data-count]").textContent = `/ ${pdf.numPages}`;
  await go(asked());
  if (document.documentElement.dataset.face === "tv") box.focus();
}

const asked = () => Number((location.hash.match(/^#page=(\d{1,6})$/) || [])[1]) || 1;

async function go(number) {
  page = Math.min(Math.max(number, 1), pdf.numPages);
  field.value = page;
  root.querySelector('[data-go="-1"]').disabled = page === 1;
  root.querySelector('[data-go="1"]').disabled = page === pdf.numPages;
  history.replaceState(null, "", page > 1 ? `#page=${page}` : location.pathname + location.search);
  await draw();
}

async function draw() {
  const mine = ++turn;
  if (drawing) drawing.cancel();
  box.setAttribute("aria-busy", "true");
  const sheet = await pdf.getPage(page);
  if (mine !== turn) return;
  const width = sheet.getViewport({ scale: 1 }).width;
  const shown = sheet.getViewport({ scale: (zoom * Math.max(box.clientWidth - 2, 200)) / width });
  const fine = Math.min(window.devicePixelRatio || 1, 2, 5000 / Math.max(shown.width, shown.height));
  canvas.width = Math.floor(shown.width * fine);
  canvas.height = Math.floor(shown.height * fine);
  canvas.style.width = `${Math.floor(shown.width)}px`;
  canvas.style.height = `${Math.floor(shown.height)}px`;
  const words = root.dataset.page.replace("{page}", page).replace("{pages}", pdf.numPages);
  canvas.setAttribute("aria-label", words);
  box.setAttribute("aria-label", words);
  drawing = sheet.render({ canvas, canvasContext: canvas.getContext("2d"), viewport: shown, transform: fine === 1 ? null : [fine, 0, 0, fine, 0, 0] });
  try { await drawing.promise; } catch (fault) { if (fault.name !== "RenderingCancelledException") throw fault; return; }
  if (mine !== turn) return;
  box.removeAttribute("aria-busy");
  root.dataset.drawn = page;
  const said = await sheet.getTextContent();
  if (mine === turn) text.textContent = said.items.map((item) => item.str + (item.hasEOL ? "\n" : "")).join("");
}

async function turnTo(number) {
  if (number < 1 || number > pdf.numPages) return;
  box.scrollTop = 0;
  await go(number);
}

const scale = (by) => { zoom = Math.min(Math.max(zoom * by, STEPS[0]), STEPS[1]); draw(); };

root.addEventListener("click", (click) => {
  const button = click.target.closest("button");
  if (!button) return;
  if (button.dataset.go) turnTo(page + Number(button.dataset.go));
  if (button.dataset.zoom) scale(Number(button.dataset.zoom));
});
field.addEventListener("change", () => go(parseInt(field.value, 10) || page));
window.addEventListener("hashchange", () => { if (pdf && asked() !== page) go(asked()); });
let waiting = 0;
window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => { if (pdf) draw(); }, 200); });

/* Before the television's remote, which would move the focus. A page wider than its box is looked over first. */
document.addEventListener("keydown", (key) => {
  if (!pdf || key.altKey || key.ctrlKey || key.metaKey || key.target === field) return;
  const tv = document.documentElement.dataset.face === "tv", inside = box.contains(key.target);
  if (tv && !inside) return;
  const across = box.scrollWidth > box.clientWidth + 2 ? box.scrollLeft : null;
  const down = box.scrollTop;
  if (inside && across !== null && (key.key === "ArrowLeft" || key.key === "ArrowRight")) {
    box.scrollLeft += (key.key === "ArrowLeft" ? -0.6 : 0.6) * box.clientWidth;
    if (box.scrollLeft !== across) return take(key);
  }
  if (tv && (key.key === "ArrowUp" || key.key === "ArrowDown")) {
    box.scrollTop += (key.key === "ArrowUp" ? -0.6 : 0.6) * box.clientHeight;
    if (box.scrollTop !== down) take(key);
    return;
  }
  const way = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }[key.key];
  if (way) { turnTo(page + way); take(key); }
  else if (key.key === "Home" && inside) { go(1); take(key); }
  else if (key.key === "End" && inside) { go(pdf.numPages); take(key); }
  else if (key.key === "+" || key.key === "=") scale(1.25);
  else if (key.key === "-") scale(0.8);
}, true);
const take = (key) => { key.preventDefault(); key.stopPropagation(); };

open().catch((fault) => {
  console.error(fault);
  root.hidden = true;
  plain.hidden = false;
  failed.hidden = false;
});
