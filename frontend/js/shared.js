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
