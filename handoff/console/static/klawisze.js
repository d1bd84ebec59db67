// The keyboard: everything an agent does often has a key; the sheet under "?" names them.

const click = (selector) => document.querySelector(selector)?.click();
const focus = (selector) => document.querySelector(selector)?.focus();

// Opens one of the card's tools and stands in its first field.
function open(tool) {
  const menu = document.querySelector(`summary[data-skrot="${tool}"]`)?.parentElement;
  if (!menu) return;
  menu.open = true;
  menu.querySelector("textarea, select")?.focus();
}

function step(by) {
  const rows = [...document.querySelectorAll("#lista > li > a")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  const open = rows.findIndex((link) => link.parentElement.getAttribute("aria-current") === "true");
  const from = at >= 0 ? at : open;
  rows[Math.min(rows.length - 1, Math.max(0, from + by))].focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  p: () => click('[data-skrot="przejmij"]'),
  o: () => click('[data-skrot="oddaj"]'),
  r: () => focus("#tekst"),
  n: () => open("notatka"),
  d: () => open("dzial"),
  s: () => open("sprawa"),
  "/": () => focus('.szukaj input[type="search"]'),
  "?": () => document.getElementById("skroty").showModal(),
  1: () => click('.zakladki a:nth-child(1)'),
  2: () => click('.zakladki a:nth-child(2)'),
  3: () => click('.zakladki a:nth-child(3)'),
  4: () => click('.zakladki a:nth-child(4)'),
  5: () => click('.zakladki a:nth-child(5)'),
  6: () => click('.zakladki a:nth-child(6)'),
};

export function followKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.activeElement?.closest("details.menu[open]")?.removeAttribute("open");
      document.activeElement?.blur();
    }
    const writing = event.target.closest("input, textarea, select, dialog");
    if (writing || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
