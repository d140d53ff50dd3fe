// The demo's time on both sides, and the buttons that move it on.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { clock, clockIn, longClockIn, t, zoneName } from "./language.js";
import { canMove, now, synchronise, zoneOf } from "./time.js";

const HOURS = [1, 12, 24, 168];
const TICK = 1000; // milliseconds
const HOUR = 3_600_000;

// The time at one of the rooms, for a tab or a chip; it keeps itself up to date.
export function timeAt(room) {
  const isShown = canMove() && room.hasZone;
  return el("span", { class: "time-at", "data-clock": room.id, hidden: !isShown }, isShown ? clockIn(zoneOf(room.id)) : "");
}

export class Timepiece {
  constructor(button, menu, rooms) {
    this.button = button;
    this.menu = menu;
    this.all = rooms;
    this.status = el("p", { class: "clock-status", role: "status" });
    button.hidden = !canMove();
    if (canMove()) setInterval(() => this.tick(), TICK);
  }

  // Both scripts of Chinese are one side, and live in one zone.
  get rooms() {
    const sides = new Set();
    return this.all.list.filter(({ side, hasZone }) => hasZone && !sides.has(side) && sides.add(side));
  }

  draw() {
    if (!canMove()) return;
    this.button.setAttribute("aria-label", t("clock"));
    this.button.title = t("clock");
    const chips = this.rooms.map((room) => el("span", { class: "clock-chip", "data-side": room.side }, timeAt(room)));
    this.button.replaceChildren(icon("clock"), ...chips);
    this.menu.setAttribute("aria-label", t("clock"));
    this.menu.replaceChildren(
      el("h2", {}, t("clock")),
      el("ul", { class: "clock-sides" }, ...this.rooms.map((room) => this.side(room))),
      el("p", { class: "clock-hint" }, t("clock-hint")),
      el("div", { class: "clock-moves" }, ...HOURS.map((hours) => this.mover(hours))),
      this.status,
    );
    this.tick();
  }

  side(room) {
    return el(
      "li",
      { "data-side": room.side },
      el("span", { class: "clock-room" }, room.name),
      el("strong", { class: "clock-now", "data-long-clock": room.id }),
      el("span", { class: "clock-zone" }, zoneName(zoneOf(room.id))),
    );
  }

  mover(hours) {
    return el("button", { type: "button", class: "button", onclick: () => this.move(hours) }, t(`forward-${hours}`));
  }

  async move(hours) {
    if (this.isMoving) return;
    this.isMoving = true;
    this.menu.setAttribute("aria-busy", "true");
    this.status.textContent = t("working");
    let failure = "";
    try {
      this.take(await api.advance(hours));
    } catch (error) {
      failure = error.message;
    }
    this.isMoving = false;
    this.menu.removeAttribute("aria-busy");
    this.status.textContent = failure || lead();
  }

  take(told) {
    synchronise(told);
    this.tick();
    for (const time of document.querySelectorAll("time[datetime]")) {
      time.textContent = clock(Date.parse(time.dateTime));
    }
  }

  async catchUp() {
    if (canMove()) this.take(await api.clock());
  }

  tick() {
    for (const shown of document.querySelectorAll("[data-clock]")) write(shown, clockIn(zoneOf(shown.dataset.clock)));
    for (const shown of this.menu.querySelectorAll("[data-long-clock]")) {
      write(shown, longClockIn(zoneOf(shown.dataset.longClock)));
    }
    if (!this.isMoving) write(this.status, lead());
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// How far the demo is ahead of the reader's own clock.
function lead() {
  const hours = Math.round((now() - Date.now()) / HOUR);
  return hours > 0 ? t("clock-ahead", { days: Math.floor(hours / 24), hours: hours % 24 }) : "";
}
