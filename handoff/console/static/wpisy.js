// The thread: messages and notes in the order of time, one line each, replaced when they change.
import { fromHtml } from "./listy.js";

// So many stay on screen; older ones come back by the button at the top. Memory does not grow with a long day.
const SHOWN = 400;

export function drawEntry(entry) {
  const list = document.getElementById("wpisy");
  if (!list) return;
  const fresh = fromHtml(entry.html);
  const old = document.getElementById(entry.id);
  if (old) {
    old.replaceWith(fresh);
    return;
  }
  const atBottom = isAtBottom();
  const later = [...list.children].find((line) => Number(line.dataset.kiedy ?? 0) > Number(fresh.dataset.kiedy));
  list.insertBefore(fresh, later ?? null);
  while (list.children.length > SHOWN) list.querySelector(".wpis").remove();
  if (atBottom) toBottom();
}

export function toBottom() {
  const pane = document.getElementById("przewijany");
  if (pane) pane.scrollTop = pane.scrollHeight;
}

function isAtBottom() {
  const pane = document.getElementById("przewijany");
  return pane.scrollHeight - pane.scrollTop - pane.clientHeight < 120;
}
