// Enhancements both surfaces share; every page works without them.
"use strict";

const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

for (const note of document.querySelectorAll("[data-count-for]")) {
  const box = document.getElementById(note.dataset.countFor);
  const most = Number(note.dataset.most);
  const show = () => {
    const typed = [...box.value].length;
    note.textContent = `${typed} / ${most}`;
    note.classList.toggle("tb-count--over", typed > most);
  };
  box.addEventListener("input", show);
  show();
}

// A second click while the first is on its way sends nothing.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
}

// A table wider than its frame can be scrolled with the keyboard, under the name of its heading.
const headings = [...document.querySelectorAll("h1, h2, h3")];
const frames = new ResizeObserver((entries) => {
  for (const { target: frame } of entries) {
    if (frame.scrollWidth <= frame.clientWidth) {
      for (const name of ["tabindex", "role", "aria-label"]) frame.removeAttribute(name);
      continue;
    }
    const above = headings.filter((h) => h.compareDocumentPosition(frame) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", (frame.querySelector("caption") ?? above)?.textContent.trim() ?? document.title);
  }
});
for (const frame of document.querySelectorAll(".tb-table-frame:not([tabindex])")) frames.observe(frame);
