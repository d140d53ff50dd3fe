// The messages of one room: kept in order, grouped, and stuck to the bottom unless scrolled up.

import { el, icon } from "./dom.js";
import { t } from "./language.js";

const NEAR_BOTTOM = 60; // pixels
const TOGETHER = 5 * 60_000; // milliseconds between two messages under one name

export class Feed {
  // `render(message)` makes an element; `older()` loads what came before.
  constructor({ render, older }) {
    this.render = render;
    this.olderButton = el("button", { type: "button", class: "button older", hidden: true, onclick: older });
    this.list = el("div", { class: "messages", role: "log", tabindex: "0" });
    this.empty = el("div", { class: "empty", hidden: true });
    this.inner = el("div", { class: "feed-inner" }, this.olderButton, this.empty, this.list);
    this.scroller = el("div", { class: "feed" }, this.inner);
    this.bottom = el("button", { type: "button", class: "to-bottom", hidden: true, onclick: () => this.toBottom(true) }, icon("down"));
    this.element = el("div", { class: "feed-frame" }, this.scroller, this.bottom);
    this.isStuck = true;
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.list.addEventListener("keydown", (event) => this.walk(event));
    const watcher = new ResizeObserver(() => this.isStuck && this.toBottom());
    watcher.observe(this.inner);
    watcher.observe(this.scroller);
  }

  speak(label, empty) {
    this.list.setAttribute("aria-label", label);
    this.olderButton.textContent = t("older");
    this.empty.replaceChildren(el("img", { src: "/page/logo.svg", alt: "", width: 72, height: 72 }), el("p", {}, empty));
    this.bottom.setAttribute("aria-label", t("to-bottom"));
    this.bottom.title = t("to-bottom");
  }

  find(id) {
    return document.getElementById(id);
  }

  // Shows all of `messages` anew.
  fill(messages) {
    this.list.replaceChildren(...messages.map((message) => this.render(message)));
    this.regroup();
  }

  prepend(messages) {
    const before = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.list.prepend(...messages.map((message) => this.render(message)));
    this.regroup();
    this.scroller.scrollTop = this.scroller.scrollHeight - before;
  }

  append(element) {
    this.list.append(element);
    this.group(element);
    this.changed();
  }

  insertAfter(place, element) {
    place.after(element);
    this.group(element.nextElementSibling);
    this.changed();
    element.scrollIntoView({ block: "nearest" });
  }

  // What had the focus in the old element has it in the new one, where it is still there.
  replace(old, element) {
    const hadFocus = old.contains(document.activeElement);
    const { key } = document.activeElement?.dataset ?? {};
    old.replaceWith(element);
    this.group(element);
    this.group(element.nextElementSibling);
    const same = key && element.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (hadFocus) (same || element).focus({ preventScroll: true });
  }

  remove(element) {
    const next = element.nextElementSibling;
    element.remove();
    this.group(next);
    this.changed();
  }

  changed() {
    this.empty.hidden = this.list.childElementCount > 0;
    if (this.isStuck || this.isAtStart) this.toBottom();
    else this.bottom.classList.add("news");
  }

  regroup() {
    for (const element of this.list.children) this.group(element);
    this.empty.hidden = this.list.childElementCount > 0;
  }

  // A message right after another of the same person goes without name and avatar.
  group(element) {
    if (!element?.dataset.person) return;
    const before = element.previousElementSibling;
    const isSame = before?.dataset.person === element.dataset.person;
    const isSoon = Number(element.dataset.at) - Number(before?.dataset.at ?? 0) < TOGETHER;
    element.classList.toggle("grouped", Boolean(isSame && isSoon));
  }

  scrolled() {
    const left = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    this.isStuck = left < NEAR_BOTTOM;
    this.bottom.hidden = this.isStuck;
    if (this.isStuck) this.bottom.classList.remove("news");
  }

  toBottom(isAsked = false) {
    this.isStuck = true;
    this.isAtStart = false;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: isAsked ? "smooth" : "instant" });
  }

  // For a room that shows nothing but the sample: its first real message leads down again.
  toTop() {
    this.isStuck = false;
    this.isAtStart = true;
    this.scroller.scrollTop = 0;
  }

  reveal(element) {
    this.isStuck = false;
    element.scrollIntoView({ block: "center" });
    element.classList.add("pointed-at");
    setTimeout(() => element.classList.remove("pointed-at"), 1600);
    element.focus({ preventScroll: true });
  }

  walk(event) {
    const steps = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
    const step = steps[event.key];
    if (!step || event.target.closest("button, a, input")) return;
    event.preventDefault();
    const here = event.target.closest(".message, .card, .arrival");
    const next = here ? here[step] : this.list.lastElementChild;
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
}
