// Sound and notifications: a tone for a new waiting conversation and for a colleague's call, when the agent wants them.

const SEEN = new Set();
let audio = null;

const wanted = () => localStorage.getItem("dzwonek") === "tak";

export function followBell() {
  const button = document.getElementById("dzwiek");
  const show = () => button.setAttribute("aria-pressed", String(wanted()));
  button.addEventListener("click", async () => {
    localStorage.setItem("dzwonek", wanted() ? "nie" : "tak");
    show();
    if (!wanted()) return;
    tone();
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  });
  show();
  for (const row of document.querySelectorAll('#lista[data-lista="waiting"] > li')) SEEN.add(`${row.dataset.id}@${row.dataset.od}`);
}

export function announceWaiting(row) {
  const key = `${row.id}@${row.since}`;
  if (SEEN.has(key)) return;
  SEEN.add(key);
  announce("Nowa rozmowa czeka na konsultanta", `/konsola/rozmowa/${row.id}`);
}

// Given by automatic assignment or by a colleague: unread, and in nobody's sight yet.
export function announceGiven(row) {
  const key = `${row.id}#${row.agent}`;
  if (SEEN.has(key)) return;
  SEEN.add(key);
  announce("Masz nową rozmowę albo wiadomość", `/konsola/rozmowa/${row.id}`);
}

export function announceMention(conversation) {
  announce("Ktoś woła Cię w notatce", `/konsola/rozmowa/${conversation}`);
}

// The notification holds no name and no message: it may show on a locked or a shared screen.
function announce(text, address) {
  if (!wanted()) return;
  tone();
  if (document.visibilityState === "visible" || !("Notification" in window) || Notification.permission !== "granted") return;
  const notification = new Notification("Dyżurny", { body: text, tag: address });
  notification.onclick = () => {
    window.focus();
    location.assign(address);
  };
}

function tone() {
  audio ??= new AudioContext();
  const sound = audio.createOscillator();
  const volume = audio.createGain();
  sound.frequency.value = 740;
  volume.gain.setValueAtTime(0.0001, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.15, audio.currentTime + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
  sound.connect(volume).connect(audio.destination);
  sound.start();
  sound.stop(audio.currentTime + 0.4);
}
