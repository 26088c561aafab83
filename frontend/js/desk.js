
// Keys: / search, j k rows, ? help, and whatever button carries data-key. They can be switched off in the help.
const STORE = "tongban.keys";
const rows = () => [...document.querySelectorAll("[data-row]")];
const keysOn = () => localStorage.getItem(STORE) !== "off";

function step(by) {
  const all = rows();
  const here = Math.max(all.indexOf(document.activeElement), all.findIndex((row) => row.getAttribute("aria-current")));
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  if (!next) return;
  next.focus();
  if (next.dataset.preview && wide.matches) preview(next);
}

function help() {
  const dialog = document.getElementById("keys");
  if (!dialog) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

// Split view: on a wide screen a row shows its case beside the list; a second click or Enter opens it whole.
const pane = document.querySelector("[data-preview-pane]");
const wide = window.matchMedia("(min-width: 1200px)");
let asked = 0;

async function preview(row) {
  const turn = ++asked;
  for (const other of rows()) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  pane.setAttribute("aria-busy", "true");
  const answer = await fetch(new URL(row.dataset.preview, row.href), { headers: { Accept: "text/html" } }).catch(() => null);
  if (turn !== asked) return;
  if (!answer?.ok || answer.redirected) return location.assign(row.href);
  pane.innerHTML = await answer.text();
  pane.hidden = false;
  pane.removeAttribute("aria-busy");
}

if (pane) {
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-preview]");
    if (!row || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || row.ariaCurrent) return;
    if (event.detail === 0) return; // Enter
    event.preventDefault();
    preview(row);
  });
  const first = rows().find((row) => row.dataset.preview);
  if (first && wide.matches) preview(first);
}

const actions = {
  "/": () => document.getElementById("desk-search")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  "?": help,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn()) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]")) return;
  if (document.querySelector("dialog[open]") && event.key !== "?") return;
  const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not([disabled])`);
  if (!actions[event.key] && !named) return;
  event.preventDefault();
  if (named) named.click();
  else actions[event.key]();
});

for (const opener of document.querySelectorAll("[data-dialog]")) {
  opener.addEventListener("click", (event) => {
    if (help()) event.preventDefault();
  });
}

const toggle = document.getElementById("keys-on");
if (toggle) {
  toggle.checked = keysOn();
  toggle.disabled = false;
  toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
}

// A part that is being written is shown beside it as applicants will see it, with what lint says.
const live = document.querySelector("form[data-live]");
if (live) {
  let waiting, turn = 0;
  const look = async () => {
    const mine = ++turn;
    const data = new FormData(live);
    data.append("preview", "1");
    const answer = await fetch(location.href, { method: "POST", body: data }).catch(() => null);
    if (mine !== turn || !answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live-pane]");
    if (fresh) document.querySelector("[data-live-pane]").innerHTML = fresh.innerHTML;
  };
  live.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 500);
  });
}
