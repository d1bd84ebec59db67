// The left pane: rows come drawn from the server; here they find their list and their place in it.

const belongs = {
  waiting: (row) => row.owner === "waiting",
  mine: (row) => row.owner === "agent" && String(row.agent) === document.body.dataset.agent,
  open: (row) => row.owner !== "bot",
  bot: (row) => row.owner === "bot",
  asked: (row) => row.asked.some(([department, asker]) => concerns(department, asker)),
  complaints: (row) => row.complaint !== null,
};

// Nobody answers their own question; an agent without departments answers for all of them.
function concerns(department, asker) {
  const { agent, dzialy } = document.body.dataset;
  return String(asker) !== agent && (!dzialy || dzialy.split(" ").includes(department));
}

export function drawRow(row) {
  const list = document.getElementById("lista");
  if (!list) return;
  const old = document.getElementById(`r-${row.id}`);
  const searching = Boolean(list.dataset.szukane);
  const department = list.dataset.dzial;
  const here = searching ? Boolean(old) : belongs[list.dataset.lista](row) && (!department || row.department === department);
  if (!here) {
    old?.remove();
    return;
  }
  const fresh = fromHtml(row.html);
  if (old && (searching || order(old, list) === order(fresh, list))) old.replaceWith(fresh);
  else {
    old?.remove();
    place(fresh, list);
  }
  htmx.process(fresh);
}

export function drawCounts(counts) {
  for (const [list, number] of Object.entries(counts)) {
    const place = document.querySelector(`[data-licznik="${list}"]`);
    if (place) place.textContent = number;
  }
  document.title = counts.waiting ? `(${counts.waiting}) Konsola – Dyżurny` : "Konsola – Dyżurny";
}

export function markOpen(conversation) {
  for (const row of document.querySelectorAll("#lista > [aria-current]")) row.removeAttribute("aria-current");
  if (conversation) document.getElementById(`r-${conversation}`)?.setAttribute("aria-current", "true");
}

// Who is in danger and then the longest waiting first, the first term to end first; elsewhere the latest message first.
function order(row, list) {
  if (list.dataset.lista === "complaints") return Number(row.dataset.termin);
  if (list.dataset.lista !== "waiting") return -Number(row.dataset.kiedy);
  return Number(row.dataset.od) - ("pilne" in row.dataset ? Number.MAX_SAFE_INTEGER : 0);
}

function place(fresh, list) {
  const mine = order(fresh, list);
  const next = [...list.children].find((row) => order(row, list) > mine);
  list.insertBefore(fresh, next ?? null);
}

export function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

// Clocks: how long somebody has been waiting, how much time is left. Text only, so nothing moves.
function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} godz. ${minutes % 60} min` : `${Math.floor(hours / 24)} dni`;
}

const LONG_WAIT_MS = 10 * 60 * 1000;

setInterval(() => {
  for (const clock of document.querySelectorAll("time[data-od]")) {
    const waited = Date.now() - Number(clock.dataset.od);
    const text = span(waited);
    if (clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("dlugo", waited > LONG_WAIT_MS);
  }
  for (const clock of document.querySelectorAll("time[data-do]")) clock.textContent = span(Number(clock.dataset.do) - Date.now());
}, 1000);
