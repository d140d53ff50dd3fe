// Choose who to be in a room, or change that person's name and cat.

import { el, icon } from "./dom.js";
import { t } from "./language.js";
import { AVATARS, create } from "./personas.js";

export class PersonaDialog {
  constructor(dialog) {
    this.dialog = dialog;
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  open(room) {
    this.room = room;
    this.draft = { ...room.personas.current };
    this.draw();
    this.dialog.showModal();
    this.name.focus();
    this.name.select();
  }

  draw() {
    this.name = el("input", { class: "field", type: "text", value: this.draft.name, maxlength: "40", required: true, dir: "auto", autocomplete: "off" });
    this.name.addEventListener("input", () => {
      this.draft.name = this.name.value;
    });
    const form = el(
      "form",
      { class: "persona-form", method: "dialog" },
      el("h2", { id: "persona-title" }, t("persona-title")),
      this.people(),
      el("label", { class: "labelled" }, el("span", {}, t("persona-name")), this.name),
      this.cats(),
      el(
        "div",
        { class: "dialog-buttons" },
        el("button", { type: "button", class: "button", onclick: () => this.dialog.close() }, t("cancel")),
        el("button", { type: "submit", class: "button primary" }, t("persona-save")),
      ),
    );
    form.addEventListener("submit", (event) => this.save(event));
    this.dialog.setAttribute("aria-labelledby", "persona-title");
    this.dialog.replaceChildren(form);
  }

  people() {
    const people = [...this.room.personas.all];
    if (!people.some(({ id }) => id === this.draft.id)) people.push(this.draft);
    const chips = people.map((person) => this.chip(person));
    const another = el("button", { type: "button", class: "chip new", onclick: () => this.pick(create("", this.draft.avatar)) }, t("persona-new"));
    return el("fieldset", { class: "people" }, el("legend", {}, t("persona-choose")), ...chips, another, this.newcomer());
  }

  newcomer() {
    const welcome = () => {
      this.dialog.close();
      this.room.welcome();
    };
    return el("button", { type: "button", class: "chip new", title: t("newcomer-hint"), onclick: welcome }, icon("arrive"), el("span", {}, t("newcomer")));
  }

  chip(person) {
    const isChosen = person.id === this.draft.id;
    return el(
      "button",
      { type: "button", class: "chip", "aria-pressed": String(isChosen), onclick: () => this.pick({ ...person }) },
      el("img", { class: "avatar", src: `/page/avatars/${person.avatar}.svg`, alt: "", width: 24, height: 24 }),
      el("span", { dir: "auto" }, person.name || t("persona-new")),
    );
  }

  pick(person) {
    this.draft = person;
    this.draw();
    this.name.focus();
  }

  cats() {
    const options = AVATARS.map((avatar) => {
      const input = el("input", { type: "radio", name: "avatar", value: avatar, checked: avatar === this.draft.avatar });
      input.addEventListener("change", () => {
        this.draft.avatar = avatar;
      });
      const label = t(`avatar-${avatar}`);
      return el("label", { class: "cat", title: label }, input, el("img", { src: `/page/avatars/${avatar}.svg`, alt: label, width: 52, height: 52 }));
    });
    return el("fieldset", { class: "cats" }, el("legend", {}, t("persona-avatar")), ...options);
  }

  save(event) {
    this.draft.name = this.draft.name.trim();
    if (!this.draft.name) {
      event.preventDefault();
      this.name.focus();
      return;
    }
    this.room.become(this.draft);
  }
}
