
// The section being read is marked in the list beside it.
const links = new Map([...document.querySelectorAll(".tb-sections__nav a")].map((a) => [a.hash.slice(1), a]));
if (links.size && "IntersectionObserver" in window) {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(target.id).setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-15% 0px -75% 0px" },
  );
  for (const id of links.keys()) {
    const part = document.getElementById(id);
    if (part) watcher.observe(part);
  }
}

// Questions asked only under other answers of the form are hidden until then; the server decides all the same.
function holds([kind, ...parts], given) {
  if (kind === "is") return given.getAll(parts[0]).some((value) => parts[1].includes(value));
  if (kind === "not") return !holds(parts[0], given);
  return kind === "or" ? parts.some((part) => holds(part, given)) : parts.every((part) => holds(part, given));
}

function show(group, shown) {
  group.hidden = !shown;
  for (const control of group.querySelectorAll("input, select, textarea")) control.disabled = !shown;
}

function reveal() {
  for (const group of document.querySelectorAll("[data-when]")) {
    show(group, holds(JSON.parse(group.dataset.when), new FormData(group.closest("form"))));
  }
  for (const group of document.querySelectorAll("[data-elsewhere]")) {
    const town = group.parentElement.querySelector("select");
    if (!town.disabled) show(group, town.value === "elsewhere");
  }
}

document.addEventListener("change", (event) => event.target.form && reveal());
reveal();

// A row is added or taken away in place; without a script the whole page comes back, with everything typed.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-rows] button[name]");
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  const data = new FormData(form);
  data.append(button.name, button.value);
  button.disabled = true;
  const answer = await fetch(location.href, { method: "POST", body: data }).catch(() => null);
  button.disabled = false;
  if (!answer?.ok || answer.redirected) return form.requestSubmit(button);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  form.querySelector("[data-rows-body]").replaceWith(page.querySelector("[data-rows-body]"));
  document.querySelector(".govuk-error-summary")?.remove();
  reveal();
  const legends = form.querySelectorAll(".tb-row > legend");
  legends[Math.min(button.name.endsWith("-drop") ? Number(button.value) : Infinity, legends.length - 1)]?.focus();
});
