// "What happened": the way of one message from its author to its reader, step by step.

import { copiesOf, get, originOf } from "./book.js";
import { detailOf, labelOf } from "./details.js";
import { el, iconButton } from "./dom.js";
import { clockToTheSecond, nameOf, seconds, t } from "./language.js";
import { crossed, nameOfAuthor } from "./message.js";
import { plain } from "./rich.js";

export class Panel {
  // `newest()` answers the newest message; `roomOf(id)` a room, where it still is there.
  constructor(element, { newest, roomOf }) {
    this.element = element;
    this.newest = newest;
    this.roomOf = roomOf;
    this.chosen = null;
    this.content = el("div", { class: "panel-content", "aria-live": "polite" });
    this.title = el("h2", {});
    this.close = iconButton("close", "", () => this.toggle(false), { class: "panel-close" });
    element.append(el("header", { class: "panel-head" }, this.title, this.close), this.content);
    document.addEventListener("pointerdown", (event) => this.tappedOutside(event));
    element.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
  }

  speak() {
    this.title.textContent = t("what-happened");
    this.close.setAttribute("aria-label", t("close"));
    this.close.title = t("close");
    this.draw();
  }

  // On a narrow screen the panel is a sheet that is opened and closed.
  toggle(isOpen = !this.element.classList.contains("open")) {
    this.element.classList.toggle("open", isOpen);
    if (isOpen) this.close.focus({ preventScroll: true });
    else this.returnTo?.focus?.({ preventScroll: true });
  }

  tappedOutside({ target }) {
    const isInside = this.element.contains(target) || target.closest(".actions, #panel-button");
    if (!isInside) this.element.classList.remove("open");
  }

  choose(message) {
    this.chosen = message;
    this.draw();
  }

  draw() {
    const chosen = this.chosen?.isSample ? this.chosen : this.fresh(this.chosen);
    const message = chosen ?? this.newest();
    this.content.replaceChildren(...this.story(message), ...(chosen ? [this.follow()] : []));
    this.mark(message);
  }

  fresh(message) {
    return message && get(message.room, message.id);
  }

  mark(message) {
    document.querySelector(".message.explained")?.classList.remove("explained");
    if (!message || message.isSample) return;
    document.getElementById(`m-${message.room}-${message.id}`)?.classList.add("explained");
  }

  follow() {
    return el("button", { type: "button", class: "link", onclick: () => this.choose(null) }, t("panel-newest"));
  }

  story(message) {
    if (!message) return [note("panel-empty")];
    if (message.isSample) return [note("panel-sample")];
    const origin = message.is_ours ? originOf(message) : message;
    const copies = origin && !message.is_ours ? copiesOf(message) : [message];
    const head = said(origin ?? message);
    if (message.is_ours && !message.name) return [head, note("panel-ours")];
    if (!copies.length) return [head, note(this.isOnItsWay(message) ? "panel-waiting" : "panel-stays")];
    return [head, ...first(copies).map((copy) => this.crossing(copy, origin))];
  }

  isOnItsWay({ room, id }) {
    return this.roomOf(room)?.isOnItsWay(id) ?? false;
  }

  crossing(copy, origin) {
    const made = copy.translation;
    return el(
      "section",
      { class: "way", "data-side": this.roomOf(copy.room)?.side },
      el("h3", { dir: "auto" }, this.roomOf(copy.room)?.name ?? copy.room),
      el("p", { class: "way-text", dir: "auto" }, plain(copy.text) || t("answered-file")),
      made ? el("p", { class: "way-note" }, crossed(made), total(made)) : note("panel-none"),
      el("ol", { class: "steps" }, ...(made ? stepsOf(made) : []), delivered(copy, origin)),
    );
  }
}

// A long message arrives in parts; the first one tells the whole way.
function first(copies) {
  const rooms = new Set();
  return copies.filter(({ room }) => !rooms.has(room) && rooms.add(room));
}

const note = (key) => el("p", { class: "panel-note" }, t(key));

function said(message) {
  return el(
    "blockquote",
    { class: "said" },
    el("cite", { dir: "auto" }, t("panel-of", { name: nameOfAuthor(message) })),
    el("p", { dir: "auto" }, plain(message.text) || t("answered-file")),
  );
}

function stepsOf(made) {
  const longest = Math.max(1, ...made.steps.map(({ milliseconds }) => milliseconds));
  const rows = made.steps.map((step) => stepRow(step, longest));
  const has = (wanted) => made.steps.some(({ name }) => name === wanted);
  if (!has("language")) rows.unshift(row(t("step-language"), nameOf(made.source)));
  if (!has("engine") && !has("memory") && made.engine) rows.push(row(t("step-engine"), made.engine));
  return rows;
}

function total(made) {
  const sum = made.steps.reduce((all, { milliseconds: took }) => all + took, 0);
  return sum ? ` · ${t("milliseconds", { ms: milliseconds(sum) })}` : "";
}

function stepRow(step, longest) {
  const took = step.milliseconds;
  const bar = el("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--part", String(took / longest));
  const shown = row(labelOf(step), detailOf(step), t("milliseconds", { ms: milliseconds(took) }));
  shown.append(bar);
  return shown;
}

function delivered(copy, origin) {
  const time = clockToTheSecond(copy.sent_at);
  const text = origin
    ? t("delivered-after", { time, seconds: seconds(copy.sent_at - origin.sent_at) })
    : time;
  return row(t("delivered"), text);
}

function row(label, value, aside = null) {
  return el(
    "li",
    {},
    el("span", { class: "step-name" }, label),
    aside ? el("span", { class: "step-time" }, aside) : null,
    value ? el("span", { class: "step-detail", dir: "auto" }, value) : null,
  );
}

function milliseconds(amount) {
  if (amount >= 10 || amount === 0) return String(Math.round(amount));
  return amount.toFixed(amount < 1 ? 2 : 1);
}
