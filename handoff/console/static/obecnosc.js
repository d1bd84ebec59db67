// Idleness: an agent who touches nothing for a while is away until they do, in whatever tab; a closed browser the
// server notices itself.

const IDLE_MS = 10 * 60 * 1000;
const LOOK_MS = 15 * 1000;
const MOVED = "ostatni-ruch"; // shared by all tabs
const BEFORE = "przed-bezczynnoscia";

let noted = 0;

function moved() {
  const now = Date.now();
  if (now - noted < 2000 && !localStorage.getItem(BEFORE)) return;
  noted = now;
  localStorage.setItem(MOVED, String(now));
  const before = localStorage.getItem(BEFORE);
  if (!before) return;
  localStorage.removeItem(BEFORE);
  choose(before);
}

function look() {
  const idle = Date.now() - Number(localStorage.getItem(MOVED) ?? Date.now());
  if (idle < idleAfter() || localStorage.getItem(BEFORE)) return;
  const chosen = document.getElementById("obecnosc")?.value ?? "available";
  if (chosen === "away") return;
  localStorage.setItem(BEFORE, chosen);
  choose("away");
}

const idleAfter = () => Number(document.body.dataset.bezczynnosc ?? IDLE_MS);

function choose(presence) {
  const select = document.getElementById("obecnosc");
  if (select) select.value = presence;
  fetch("/konsola/obecnosc", {
    method: "POST",
    headers: { "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ obecnosc: presence }),
  }).catch(() => {});
}

export function followIdleness() {
  localStorage.setItem(MOVED, String(Date.now()));
  localStorage.removeItem(BEFORE);
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    document.addEventListener(sign, moved, { passive: true, capture: true });
  }
  document.getElementById("obecnosc")?.addEventListener("change", () => localStorage.removeItem(BEFORE));
  setInterval(look, LOOK_MS);
}
