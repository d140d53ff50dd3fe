// Where a message is written: text, files, what it answers or changes.

import { Attachments } from "./attachments.js";
import { Completion } from "./completion.js";
import { count, el, icon, iconButton } from "./dom.js";
import { t } from "./language.js";
import { nameOfAuthor } from "./message.js";
import { plain } from "./rich.js";

const WARN_BELOW = 400; // characters left
const UNSEEN = /[\p{Z}\p{Cc}\p{Cf}\p{Mn}\p{Me}]/gu; // as the server counts it
const isBlank = (text) => !text.replace(UNSEEN, "");
const isTouch = matchMedia("(pointer: coarse)");

export class Composer {
  // `on` holds `send({text, files, replyTo})`, `edit(message, text)`, `editLast()`, `isMod()`, `choosePersona()`.
  constructor(room, limits, on) {
    this.room = room;
    this.limits = limits;
    this.on = on;
    this.input = el("textarea", { class: "input", rows: "1", dir: "auto", enterkeyhint: isTouch.matches ? "enter" : "send", autocomplete: "off" });
    this.completion = new Completion(this.input, room.id, {
      take: (text) => this.write(text),
      isMod: on.isMod,
    });
    this.attachments = new Attachments(limits, {
      complain: (sentence) => this.complain(sentence),
      changed: () => this.changed(),
    });
    this.build();
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("paste", (event) => this.paste(event));
    this.input.addEventListener("blur", () => this.completion.close());
  }

  build() {
    this.avatar = el("img", { class: "avatar", alt: "", width: 30, height: 30 });
    this.persona = el("button", { type: "button", class: "icon-button persona-small", onclick: this.on.choosePersona }, this.avatar);
    this.attach = iconButton("picture", "", () => this.attachments.input.click(), { class: "attach" });
    this.submit = el("button", { type: "submit", class: "icon-button send" }, icon("send"));
    this.context = el("div", { class: "context", hidden: true });
    this.notice = el("p", { class: "notice", role: "alert", hidden: true });
    this.counter = el("p", { class: "counter", role: "status", hidden: true });
    this.element = el(
      "form",
      { class: "composer" },
      this.completion.element,
      this.context,
      this.attachments.element,
      this.notice,
      el("div", { class: "composer-row" }, this.persona, this.attach, this.attachments.input, this.input, this.submit),
      this.counter,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.finish();
    });
  }

  speak() {
    const label = t(this.room.language ? `write-in-${this.room.language}` : "write-here");
    this.input.placeholder = label;
    this.input.setAttribute("aria-label", label);
    this.input.title = t("composer-help");
    this.attach.title = t("attach");
    this.attach.setAttribute("aria-label", t("attach"));
    this.drawContext();
    this.changed();
  }

  reply(message) {
    this.editing = null;
    this.replying = message;
    this.drawContext();
    this.input.focus();
  }

  edit(message) {
    this.replying = null;
    this.editing = message;
    this.drawContext();
    this.write(message.text.text);
  }

  // An edit that failed is there again, unless something else is being written by now.
  takeBack(message, text) {
    if (this.input.value || this.replying || this.editing) return;
    this.edit(message);
    this.write(text);
  }

  // Leaves a reply or an edit.
  leave() {
    if (this.editing) this.write("");
    this.editing = this.replying = null;
    this.drawContext();
    this.input.focus();
  }

  write(text) {
    this.input.value = text;
    this.input.focus();
    this.typed();
  }

  complain(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  finish() {
    const text = this.input.value.trim();
    const over = count(text) > this.limits.text;
    if (over || (isBlank(text) && (this.editing || !this.attachments.files.length))) return;
    const [editing, replying] = [this.editing, this.replying];
    this.editing = this.replying = null;
    this.drawContext();
    this.complain("");
    this.write("");
    if (editing) this.on.edit(editing, text);
    else this.on.send({ text, files: this.attachments.hand(), replyTo: replying });
  }

  typed() {
    this.complain("");
    this.changed();
    this.completion.update();
  }

  changed() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    const left = this.limits.text - count(this.input.value.trim());
    this.counter.hidden = left >= WARN_BELOW;
    this.counter.classList.toggle("over", left < 0);
    this.counter.textContent = left < 0 ? t("characters-over", { count: -left }) : t("characters-left", { count: left });
    this.submit.disabled = left < 0 || (isBlank(this.input.value) && !this.attachments.files.length);
    const label = t(this.editing ? "save-edit" : "send");
    this.submit.setAttribute("aria-label", label);
    this.submit.title = label;
  }

  key(event) {
    // While an input method is open its keys are its own: Enter there chooses a word.
    if (event.isComposing || event.keyCode === 229 || this.completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !isTouch.matches) {
      event.preventDefault();
      this.finish();
    } else if (event.key === "Escape" && (this.editing || this.replying)) this.leave();
    else if (event.key === "ArrowUp" && !this.input.value && this.on.editLast()) event.preventDefault();
  }

  paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    this.attachments.add(files);
  }

  drawContext() {
    const message = this.editing ?? this.replying;
    this.context.hidden = !message;
    if (!message) return;
    const label = this.editing ? t("editing") : t("replying-to", { name: nameOfAuthor(message) });
    this.context.replaceChildren(
      icon(this.editing ? "edit" : "reply"),
      el("span", { class: "context-label" }, label),
      el("span", { class: "context-text", dir: "auto" }, plain(message.text)),
      iconButton("close", t(this.editing ? "stop-edit" : "stop-reply"), () => this.leave(), { class: "small" }),
    );
  }
}
