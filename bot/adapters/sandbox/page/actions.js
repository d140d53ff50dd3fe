// The row of buttons that follows the pointer, the finger or the focus from message to message.

import { el, iconButton } from "./dom.js";
import { t } from "./language.js";
import { emojis } from "./reactions.js";

export class Actions {
  // `can(message)` answers {reply, edit, delete}, `entries()` what else there is to choose; `on`
  // holds reply, react, explain, edit, remove and choose.
  constructor(list, { find, can, entries = () => [], on }) {
    this.find = find;
    this.can = can;
    this.entries = entries;
    this.on = on;
    this.element = el("div", { class: "actions", role: "toolbar" });
    this.host = null;
    this.back = null; // leads back from a question to the usual buttons
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.back?.());
    list.addEventListener("pointerover", (event) => event.pointerType === "mouse" && this.follow(event));
    list.addEventListener("focusin", (event) => this.follow(event));
    list.addEventListener("click", (event) => this.follow(event));
    list.addEventListener("pointerleave", () => this.leave());
  }

  follow(event) {
    const host = event.target.closest(".message");
    if (!host || host === this.host || this.isSure) return;
    const message = this.find(host.dataset.id);
    if (message) this.show(host, message);
  }

  show(host, message) {
    this.host = host;
    this.draw(message);
    host.querySelector(".body").append(this.element);
  }

  leave() {
    if (this.isSure || this.host?.contains(document.activeElement)) return;
    this.hide();
  }

  hide() {
    this.isSure = false;
    this.host = this.back = null;
    this.element.remove();
  }

  draw(message) {
    this.back = null;
    const can = this.can(message);
    const button = (name, key, act) => iconButton(name, t(key), () => act(message), { class: "small" });
    this.element.classList.remove("menu");
    this.element.setAttribute("aria-label", t("actions"));
    this.element.replaceChildren(
      ...(can.reply ? [button("smile", "react", () => this.pick(message))] : []),
      ...(can.reply ? [button("reply", "reply", this.on.reply)] : []),
      button("info", "what-happened", this.on.explain),
      ...(can.edit ? [button("edit", "edit", this.on.edit)] : []),
      ...(can.delete ? [button("trash", "delete", () => this.ask(message))] : []),
      ...(can.reply && this.entries().length ? [button("more", "more-actions", () => this.open(message))] : []),
    );
  }

  open(message) {
    const choices = this.entries().map((entry) =>
      el("button", { type: "button", class: "button entry", onclick: () => this.choose(entry, message) }, entry.menu),
    );
    this.goBack(message);
    this.element.classList.add("menu");
    this.element.setAttribute("aria-label", t("more-actions"));
    this.element.replaceChildren(...choices, iconButton("close", t("cancel"), this.back, { class: "small" }));
    choices[0]?.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" }); // under the newest message there is little room
  }

  choose(entry, message) {
    this.hide();
    this.on.choose(entry, message);
  }

  goBack(message) {
    this.back = () => {
      this.draw(message);
      this.element.querySelector("button").focus();
    };
  }

  pick(message) {
    const choices = emojis().map((emoji) =>
      el("button", { type: "button", class: "icon-button small emoji", onclick: () => this.on.react(message, emoji) }, emoji),
    );
    this.goBack(message);
    this.element.setAttribute("aria-label", t("react"));
    this.element.replaceChildren(...choices, iconButton("close", t("cancel"), this.back, { class: "small" }));
    choices[0]?.focus();
  }

  ask(message) {
    this.isSure = true;
    this.back = () => {
      const host = this.host;
      this.hide();
      host.focus({ preventScroll: true });
    };
    const go = () => {
      this.hide();
      this.on.remove(message);
    };
    const remove = el("button", { type: "button", class: "button danger", onclick: go }, t("delete"));
    this.element.replaceChildren(
      el("span", { class: "sure" }, t("delete-sure")),
      remove,
      el("button", { type: "button", class: "button", onclick: this.back }, t("keep")),
    );
    remove.focus();
  }
}
