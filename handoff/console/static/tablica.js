// The supervisors' board: drawn again when something changed, at most every two seconds.
import { followIdleness } from "./obecnosc.js";
import "./listy.js";

const EVERY_MS = 2000;
let waiting = false;

function redraw() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    // Never under the supervisor's hands: a choice that is being made stays.
    if (document.querySelector("#tablica select:focus, #tablica button:focus-visible")) redraw();
    else htmx.trigger("#tablica", "zmiana");
  }, EVERY_MS);
}

// A choice that was made is done; the table may be drawn again.
document.body.addEventListener("htmx:afterRequest", () => document.activeElement?.closest("#tablica")?.blur?.());
document.body.addEventListener("change", (event) => event.target.closest("form.daj")?.requestSubmit());

const address = new URL("/konsola/zdarzenia", location.origin);
address.searchParams.set("od", document.body.dataset.pozycja);
const source = new EventSource(address);
source.addEventListener("changes", redraw);
source.addEventListener("reload", () => location.reload());
followIdleness();
