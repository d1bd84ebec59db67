// The panel behind the scenes: faults, clock, page inbox and the raw exchange.

import * as api from "./api.js";
import { element, moment, word } from "./bubbles.js";

const SHOWN = 150;
const id = (name) => document.getElementById(name);

export class Panel {
  /** `psid()` gives the customer on screen. */
  constructor(psid) {
    this.psid = psid;
    this.lines = [];
    this.wire();
  }

  wire() {
    id("show-panel").addEventListener("click", () => this.toggle());
    id("hide-panel").addEventListener("click", () => this.toggle());
    id("exchange-mine").addEventListener("change", () => this.drawExchange());
    id("faults").addEventListener("submit", (event) => this.saveFaults(event, readFaults(id("faults"))));
    id("heal").addEventListener("click", (event) => this.saveFaults(event, {}));
    id("clock").addEventListener("submit", (event) => this.saveClock(event));
    id("inbox").addEventListener("submit", (event) => this.answerAsStaff(event));
    id("inbox-pass").addEventListener("click", () => api.pageInbox(this.psid(), { pass: true }));
    id("inbox-release").addEventListener("click", () => api.pageInbox(this.psid(), { release: true }));
  }

  toggle() {
    const panel = id("panel");
    panel.hidden = !panel.hidden;
    id("show-panel").setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden) this.drawExchange();
  }

  /** Once at the beginning, and when the stream of events was interrupted; the events do the rest. */
  async load() {
    const [faults, clock, log] = await Promise.all([api.faults(), api.clock(), api.exchange()]);
    this.showFaults(faults);
    this.showClock(clock.offset_hours);
    this.lines = log.exchange;
    this.drawExchange();
  }

  async saveFaults(event, values) {
    event.preventDefault();
    await said(id("faults-said"), async () => this.showFaults(await api.setFaults(values)));
  }

  async saveClock(event) {
    event.preventDefault();
    const hours = Number(id("clock").elements.offset_hours.value);
    await said(id("clock-said"), () => api.setClock(hours));
  }

  async answerAsStaff(event) {
    event.preventDefault();
    const field = id("inbox").elements.text;
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await api.pageInbox(this.psid(), { text });
  }

  showFaults(values) {
    const fields = id("faults").elements;
    for (const field of fields) {
      if (field.dataset?.kind === "percent") field.value = Math.round((deep(values, field.name) ?? 0) * 100);
      if (field.dataset?.kind === "span") field.value = values[field.name]?.[1] ?? 0;
    }
    const error = values.send_error;
    if (error) fields["send_error.code"].value = error.subcode ? `${error.code}/${error.subcode}` : String(error.code);
  }

  showClock(hours) {
    id("clock").elements.offset_hours.value = hours;
  }

  showOwner(owner) {
    const inbox = owner === "263902037430900";
    id("owner").textContent = owner ? word(inbox ? "OwnerInbox" : "OwnerApp") : word("OwnerNone");
  }

  add(line) {
    this.lines.push(line);
    if (this.lines.length > 400) this.lines.shift();
    if (!id("panel").hidden && this.isShown(line)) {
      id("exchange").prepend(drawLine(line));
      while (id("exchange").childElementCount > SHOWN) id("exchange").lastElementChild.remove();
      this.count();
    }
  }

  isShown(line) {
    return !id("exchange-mine").checked || line.psid === this.psid();
  }

  drawExchange() {
    const shown = this.lines.filter((line) => this.isShown(line)).slice(-SHOWN).reverse();
    id("exchange").replaceChildren(...shown.map(drawLine));
    this.count();
  }

  count() {
    id("exchange-count").textContent = `(${id("exchange").childElementCount})`;
  }
}

async function said(output, work) {
  try {
    await work();
    output.textContent = word("Saved");
  } catch (error) {
    output.textContent = word("Wrong") + error.message;
  }
}

const deep = (values, path) => path.split(".").reduce((value, key) => value?.[key], values);

function readFaults(form) {
  const values = {};
  for (const field of form.elements) {
    const amount = Number(field.value);
    if (field.name.includes(".") || !amount) continue;
    if (field.dataset.kind === "percent") values[field.name] = amount / 100;
    if (field.dataset.kind === "span") values[field.name] = [0, amount];
  }
  const rate = Number(form.elements["send_error.rate"].value) / 100;
  const [code, subcode] = form.elements["send_error.code"].value.split("/").map(Number);
  if (rate) values.send_error = { code, rate, ...(subcode ? { subcode } : {}) };
  return values;
}

function drawLine(line) {
  const status = element("span", line.status === 200 ? "" : "bad", line.status === null ? word("NoAnswer") : String(line.status));
  const head = element("summary", "", line.direction === "webhook" ? "→" : "←", element("span", "", line.what), status, element("span", "unit", `${line.milliseconds} ms`));
  head.title = moment(line.at);
  const details = element("details", "", head);
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(element("pre", "", pretty(line.request)), element("pre", "", pretty(line.answer)));
  });
  return element("li", "", details);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text || "–";
  }
}
