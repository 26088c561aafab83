
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
