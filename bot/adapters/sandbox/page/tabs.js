// On a narrow screen: one room at a time, changed by tab or by swiping, with a dot for unread.

import { el } from "./dom.js";
import { t } from "./language.js";
import { timeAt } from "./timepiece.js";

const narrow = matchMedia("(max-width: 759px)");

export class Tabs {
  constructor(bar, strip, rooms) {
    this.bar = bar;
    this.strip = strip;
    this.rooms = rooms;
    this.at = 0;
    this.unread = new Map();
    strip.addEventListener("scroll", () => this.swiped(), { passive: true });
    document.addEventListener("visibilitychange", () => !document.hidden && this.seen());
    narrow.addEventListener("change", () => this.seen());
    bar.addEventListener("keydown", (event) => this.key(event));
  }

  draw() {
    this.bar.setAttribute("aria-label", t("rooms"));
    this.bar.replaceChildren(...this.rooms.map((room, number) => this.tab(room, number)));
  }

  tab(room, number) {
    const count = this.unread.get(room.id) ?? 0;
    const isHere = number === this.at;
    return el(
      "button",
      {
        type: "button",
        class: "tab",
        role: "tab",
        "aria-selected": String(isHere),
        "aria-controls": `room-${room.id}`,
        tabindex: isHere ? "0" : "-1",
        "data-side": room.element.dataset.side,
        onclick: () => this.show(number),
      },
      el("span", { class: "tab-name" }, el("span", {}, room.name), timeAt(room)),
      count ? el("span", { class: "unread", "aria-label": t("unread", { count }) }, String(count)) : null,
    );
  }

  show(number) {
    const room = this.rooms[number].element;
    this.strip.scrollTo({ left: room.offsetLeft - this.strip.offsetLeft, behavior: "smooth" });
    this.turn(number);
  }

  swiped() {
    const width = this.strip.clientWidth;
    if (narrow.matches && width) this.turn(Math.round(Math.abs(this.strip.scrollLeft) / width));
  }

  turn(number) {
    if (number === this.at) return;
    this.at = Math.min(Math.max(number, 0), this.rooms.length - 1);
    this.seen();
  }

  isSeen(room) {
    return !document.hidden && (!narrow.matches || this.rooms[this.at] === room);
  }

  arrived(room) {
    if (this.isSeen(room)) return;
    this.unread.set(room.id, (this.unread.get(room.id) ?? 0) + 1);
    this.draw();
  }

  seen() {
    for (const room of this.rooms) if (this.isSeen(room)) this.unread.delete(room.id);
    this.draw();
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    this.show((this.at + step + this.rooms.length) % this.rooms.length);
    this.bar.children[this.at]?.focus();
  }
}
