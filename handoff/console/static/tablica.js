// The supervisors' board: drawn again when something changed, at most every two seconds.
import "./listy.js";

const EVERY_MS = 2000;
let waiting = false;

function redraw() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    htmx.trigger("#tablica", "zmiana");
  }, EVERY_MS);
}

const address = new URL("/konsola/zdarzenia", location.origin);
address.searchParams.set("od", document.body.dataset.pozycja);
const source = new EventSource(address);
source.addEventListener("changes", redraw);
source.addEventListener("reload", () => location.reload());
