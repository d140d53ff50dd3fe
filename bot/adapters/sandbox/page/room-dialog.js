// Asks for a new room: its name, and which platform's channel it shall look like.

import { el, icon } from "./dom.js";
import { t } from "./language.js";
import { newKey } from "./memory.js";

const LOOKS = ["discord", "telegram", "plain"];

export class RoomDialog {
  // `make({key, name, look}, isOwnTab)` makes the room, or throws a sentence; it answers the way there.
  constructor(dialog, make) {
    this.dialog = dialog;
    this.make = make;
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  open() {
    this.key = newKey(); // sent again after a failure, it still makes one room
    this.draw();
    this.dialog.showModal();
    this.name.focus();
  }

  draw() {
    this.name = el("input", { class: "field", type: "text", maxlength: "40", required: true, dir: "auto", autocomplete: "off", name: "room-name" });
    this.notice = el("p", { class: "notice", role: "alert", hidden: true });
    const ownTab = el("button", { type: "submit", class: "button", value: "own-tab" }, t("make-in-tab"));
    const form = el(
      "form",
      { class: "persona-form", method: "dialog" },
      el("h2", { id: "new-room-title" }, t("new-room")),
      el("p", { class: "dialog-note" }, t("new-room-hint")),
      el("label", { class: "labelled" }, el("span", {}, t("room-name")), this.name),
      this.looks(),
      this.notice,
      el(
        "div",
        { class: "dialog-buttons" },
        el("button", { type: "button", class: "button", onclick: () => this.dialog.close() }, t("cancel")),
        ownTab,
        el("button", { type: "submit", class: "button primary" }, t("make-room")),
      ),
    );
    // Enter presses a form's first submit button, whatever it looks like.
    this.name.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.finish(form, false);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.finish(form, event.submitter === ownTab);
    });
    this.dialog.setAttribute("aria-labelledby", "new-room-title");
    this.dialog.replaceChildren(form);
  }

  looks() {
    const options = LOOKS.map((look, number) => {
      const input = el("input", { type: "radio", name: "look", value: look, checked: number === 0 });
      return el("label", { class: "look" }, input, icon(`look-${look}`), el("span", {}, t(`look-${look}`)));
    });
    return el("fieldset", { class: "looks" }, el("legend", {}, t("room-look")), ...options);
  }

  async finish(form, isOwnTab) {
    const name = this.name.value.trim();
    if (!name) return this.name.focus();
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      const enter = await this.make({ key: this.key, name, look: form.elements.look.value }, isOwnTab);
      this.dialog.close(); // which gives the focus back to where it was
      enter();
    } catch (error) {
      this.notice.textContent = error.message;
      this.notice.hidden = false;
    }
    this.isBusy = false;
  }
}
