// What links a room, in words: the line under its heading, and what to do next where nothing does.

import { el, icon, iconButton } from "./dom.js";
import { nameOf, t } from "./language.js";
import { Rooms } from "./rooms.js";

export class Standing {
  // `on` holds `write(command)`, `remove()` and `isMod()`.
  constructor(room, on) {
    this.room = room;
    this.on = on;
    this.line = el("div", { class: "standing" });
    this.hint = el("div", { class: "linking", role: "status", hidden: true });
    this.isAsking = false;
  }

  draw() {
    this.drawLine();
    this.drawHint();
  }

  // The operator's own rooms need no line.
  drawLine() {
    const { relay, is_made: isMade } = this.room.told;
    this.line.hidden = Boolean(relay?.from_file) && !isMade;
    if (this.isAsking && !relay) this.line.replaceChildren(...this.question());
    else this.line.replaceChildren(this.words(), ...this.ways());
  }

  words() {
    const { relay, language } = this.room.told;
    const facts = relay ? [relay.name, nameOf(language)] : [t("in-no-relay")];
    if (relay?.is_paused) facts.push(t("paused"));
    const [first, ...others] = facts.filter(Boolean);
    return el(
      "span",
      { class: "standing-text" },
      el("span", { class: "standing-name", dir: "auto" }, first),
      others.length ? el("span", { class: "standing-facts" }, ` · ${others.join(" · ")}`) : null,
    );
  }

  ways() {
    const { id, relay, is_made: isMade } = this.room.told;
    const open = el(
      "a",
      { class: "icon-button small own-tab", href: Rooms.address(id), target: "_blank", rel: "noopener", "aria-label": t("own-tab"), title: t("own-tab") },
      icon("window"),
    );
    const remove = () => this.ask(true);
    return [open, isMade && !relay ? iconButton("trash", t("remove-room"), remove, { class: "small" }) : null].filter(Boolean);
  }

  ask(isAsking) {
    this.isAsking = isAsking;
    this.drawLine();
    this.line.querySelector("button, a")?.focus();
  }

  question() {
    const remove = el("button", { type: "button", class: "button danger", onclick: () => this.on.remove() }, t("remove-yes"));
    const keep = el("button", { type: "button", class: "button", onclick: () => this.ask(false) }, t("keep"));
    return [el("span", { class: "standing-question" }, t("remove-sure")), remove, keep];
  }

  drawHint() {
    const told = hintOf(this.room.told.relay);
    this.hint.hidden = !told;
    if (!told) return;
    const { name } = this.room.told.relay ?? {};
    const mods = this.on.isMod() ? "" : ` ${t("hint-mods")}`;
    this.hint.replaceChildren(
      el("span", { class: "linking-text" }, `${t(told.key, { name })}${mods}`),
      el("span", { class: "linking-ways" }, ...told.commands.map((command) => this.command(command))),
    );
  }

  command(command) {
    return el("button", { type: "button", class: "command", onclick: () => this.on.write(command) }, command.trim());
  }
}

function hintOf(relay) {
  if (!relay) return { key: "hint-unlinked", commands: ["/relay create ", "/relay join "] };
  if (relay.is_waiting) return { key: "hint-waiting", commands: ["/relay link"] };
  if (relay.is_paused) return { key: "hint-paused", commands: ["/relay resume"] };
  return null;
}
