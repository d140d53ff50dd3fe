// The switcher: one room at a time on a narrow screen, changed by tab or by swiping, and any of
// many on a wide one; with a dot for unread.

import { el } from "./dom.js";
import { t } from "./language.js";
import { Rooms } from "./rooms.js";
import { timeAt } from "./timepiece.js";

const narrow = matchMedia("(max-width: 759px)");

export class Tabs {
  constructor(bar, strip, rooms) {
    this.bar = bar;
    this.strip = strip;
    this.rooms = rooms;
    this.at = 0;
    this.unread = new Map();
    strip.addEventListener("scroll", () => this.scrolled(), { passive: true });
    document.addEventListener("visibilitychange", () => !document.hidden && this.seen());
    narrow.addEventListener("change", () => this.seen());
    bar.addEventListener("keydown", (event) => this.key(event));
    strip.addEventListener("focusin", (event) => this.entered(event));
  }

  get list() {
    return this.rooms.list;
  }

  // Where a tab is about one room, that one is chosen.
  follow() {
    const { only } = this.rooms;
    const at = only === null ? this.at : this.list.findIndex(({ id }) => id === only);
    this.at = Math.min(Math.max(at, 0), this.list.length - 1);
    this.seen();
  }

  draw() {
    const hadFocus = this.bar.contains(document.activeElement);
    this.bar.setAttribute("aria-label", t("rooms"));
    this.bar.replaceChildren(...this.list.map((room, number) => this.tab(room, number)));
    if (hadFocus) this.bar.children[this.at]?.focus();
    this.bring(this.bar.children[this.at]);
  }

  bring(tab) {
    if (!tab || this.bar.scrollWidth <= this.bar.clientWidth) return;
    const [start, end] = [tab.offsetLeft - this.bar.offsetLeft, tab.offsetLeft - this.bar.offsetLeft + tab.offsetWidth];
    if (start < this.bar.scrollLeft) this.bar.scrollLeft = start;
    else if (end > this.bar.scrollLeft + this.bar.clientWidth) this.bar.scrollLeft = end - this.bar.clientWidth;
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
        "data-side": room.side,
        onclick: () => this.show(number),
      },
      el("span", { class: "tab-name" }, el("span", { class: "tab-room", dir: "auto" }, room.name), timeAt(room)),
      count ? el("span", { class: "unread", "aria-label": t("unread", { count }) }, String(count)) : null,
    );
  }

  show(number) {
    const room = this.list[number];
    if (this.rooms.only !== null) {
      location.hash = Rooms.address(room.id).slice(1);
      return;
    }
    this.strip.scrollTo({ left: this.leftOf(room), behavior: "smooth" });
    this.turn(number);
  }

  leftOf({ element }) {
    return element.offsetLeft - this.strip.offsetLeft;
  }

  scrolled() {
    const width = this.strip.clientWidth;
    if (this.rooms.only !== null || !width) return;
    if (narrow.matches) this.turn(Math.round(Math.abs(this.strip.scrollLeft) / width));
    else this.seen();
  }

  entered(event) {
    if (narrow.matches) return;
    const number = this.list.findIndex(({ element }) => element.contains(event.target));
    if (number >= 0) this.turn(number);
  }

  turn(number) {
    if (number === this.at) return;
    this.at = Math.min(Math.max(number, 0), this.list.length - 1);
    this.seen();
  }

  isSeen(room) {
    if (document.hidden || room.element.hidden) return false;
    if (narrow.matches) return this.list[this.at] === room;
    const middle = this.leftOf(room) + room.element.offsetWidth / 2 - this.strip.scrollLeft;
    return middle > 0 && middle < this.strip.clientWidth;
  }

  arrived(room) {
    if (this.isSeen(room)) return;
    this.unread.set(room.id, (this.unread.get(room.id) ?? 0) + 1);
    this.draw();
  }

  seen() {
    for (const room of this.list) if (this.isSeen(room)) this.unread.delete(room.id);
    this.draw();
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.show((this.at + step + this.list.length) % this.list.length);
    this.bar.children[this.at]?.focus();
  }
}
