// All pictures of the rooms: small ones to choose from, and one large with what was said of it.

import * as api from "./api.js";
import { get } from "./book.js";
import { el, iconButton } from "./dom.js";
import { clock, clockExactly, htmlLang, language, t } from "./language.js";
import { nameOfAuthor } from "./message.js";
import { avatarAddress } from "./personas.js";

const KINDS = ["all", "members", "ours"];
const SETTLE = 300; // milliseconds

export class Gallery {
  // `roomOf(id)` answers a room; `show(message)` leads to a message in its room.
  constructor(dialog, { roomOf, show }) {
    this.dialog = dialog;
    this.on = { roomOf, show };
    this.pictures = [];
    this.kind = "all";
    this.at = null;
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("cancel", (event) => this.escape(event));
    dialog.addEventListener("keydown", (event) => this.key(event));
  }

  async open() {
    this.at = null;
    this.failure = "";
    await this.load();
    this.dialog.showModal();
    this.dialog.querySelector(".gallery-close").focus();
  }

  // Something in the rooms has changed.
  changed() {
    if (!this.dialog.open) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), SETTLE);
  }

  async load() {
    const large = this.shown[this.at];
    try {
      const entries = await api.pictures();
      this.pictures = entries.flatMap((entry) => entry.files.map((file) => ({ ...entry, file })));
      this.failure = "";
    } catch (error) {
      this.failure = error.message;
    }
    if (large) this.at = this.find(large);
    this.draw();
  }

  get shown() {
    if (this.kind === "all") return this.pictures;
    return this.pictures.filter((picture) => isOurs(picture) === (this.kind === "ours"));
  }

  find({ room, id, file }) {
    const at = this.shown.findIndex((other) => other.room === room && other.id === id && other.file.hash === file.hash);
    return at < 0 ? null : at;
  }

  draw() {
    const isLarge = this.at !== null;
    this.dialog.setAttribute("aria-label", t("pictures"));
    const focused = this.dialog.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.dialog.replaceChildren(this.head(isLarge), isLarge ? this.large(this.shown[this.at]) : this.grid());
    if (focused) this.dialog.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  head(isLarge) {
    const back = iconButton("left", t("all-pictures"), () => this.choose(null), { class: "gallery-back", "data-key": "back" });
    return el(
      "header",
      { class: "gallery-head" },
      isLarge ? back : null,
      el("h2", {}, t("pictures")),
      isLarge ? el("span", { class: "gallery-count" }, `${this.at + 1} / ${this.shown.length}`) : this.kinds(),
      iconButton("close", t("close"), () => this.dialog.close(), { class: "gallery-close", "data-key": "close" }),
    );
  }

  kinds() {
    const choices = KINDS.map((kind) => {
      const input = el("input", { type: "radio", name: "pictures", value: kind, checked: kind === this.kind, "data-key": kind });
      input.addEventListener("change", () => {
        this.kind = kind;
        this.draw();
      });
      return el("label", { class: "choice" }, input, el("span", {}, t(`pictures-${kind}`)));
    });
    return el("div", { class: "choices", role: "radiogroup", "aria-label": t("pictures") }, ...choices);
  }

  grid() {
    if (this.failure) return el("p", { class: "gallery-note", role: "alert" }, this.failure);
    if (!this.shown.length) return el("p", { class: "gallery-note" }, t("pictures-empty"));
    return el("ul", { class: "gallery-grid" }, ...this.shown.map((picture, at) => el("li", {}, this.thumb(picture, at))));
  }

  thumb(picture, at) {
    const { file, receipt } = picture;
    const name = nameOfAuthor(picture);
    const label = [t("picture-of", { name, room: this.roomName(picture) }), captionsOf(picture)[0]?.text, receipt && t("receipt", { number: receipt })];
    return el(
      "button",
      {
        type: "button",
        class: `thumb${file.is_spoiler ? " veiled" : ""}${isOurs(picture) ? " ours" : ""}`,
        "data-key": `${picture.room} ${picture.id} ${file.hash}`,
        "aria-label": label.filter(Boolean).join(t("comma")),
        onclick: () => this.choose(at),
      },
      el("img", { class: "thumb-picture", src: file.url, alt: "", loading: "lazy" }),
      receipt ? el("span", { class: "receipt" }, t("receipt", { number: receipt })) : null,
      el("span", { class: "thumb-by", "data-side": this.on.roomOf(picture.room)?.side }, this.by(picture, 20), this.line(picture)),
    );
  }

  // Under a small picture: its words, else its room.
  line(picture) {
    const [caption] = captionsOf(picture);
    return el("span", { class: "thumb-line", dir: "auto", lang: caption && htmlLang(caption.code) }, caption?.text ?? this.roomName(picture));
  }

  by(picture, size) {
    return el(
      "span",
      { class: "by" },
      el("img", { class: "avatar", src: avatarAddress(picture), alt: "", width: size, height: size }),
      el("span", { class: "by-name", dir: "auto" }, nameOfAuthor(picture)),
    );
  }

  large(picture) {
    const { file, receipt, sent_at: at } = picture;
    const captions = captionsOf(picture);
    const message = get(picture.room, picture.id);
    return el(
      "figure",
      { class: "large" },
      el(
        "div",
        { class: "large-frame" },
        el("img", { class: "large-picture", src: file.url, alt: captions[0]?.text || file.name }),
        this.turner("left", "previous", -1),
        this.turner("right", "next", 1),
      ),
      el(
        "figcaption",
        { class: "large-caption", "data-side": this.on.roomOf(picture.room)?.side },
        el(
          "p",
          { class: "large-by" },
          this.by(picture, 28),
          el("span", { class: "large-room" }, this.roomName(picture)),
          el("time", { datetime: new Date(at).toISOString(), title: clockExactly(at) }, clock(at)),
          receipt ? el("span", { class: "receipt" }, t("receipt", { number: receipt })) : null,
        ),
        ...captions.map(({ code, text }) => el("p", { class: "large-text", lang: htmlLang(code), dir: "auto" }, text)),
        message ? el("button", { type: "button", class: "link", onclick: () => this.leaveFor(message) }, t("show-in-room")) : null,
      ),
    );
  }

  turner(name, key, step) {
    const isEnd = !this.shown[this.at + step];
    return iconButton(name, t(key), () => this.choose(this.at + step), { class: `turn ${name}`, disabled: isEnd, "data-key": key });
  }

  roomName({ room }) {
    return this.on.roomOf(room)?.name ?? room;
  }

  // One of those shown, large; null for all of them.
  choose(at) {
    const before = this.shown[this.at];
    this.at = at;
    this.draw();
    const thumb = at === null && before ? `${before.room} ${before.id} ${before.file.hash}` : null;
    if (thumb) this.dialog.querySelector(`[data-key="${CSS.escape(thumb)}"]`)?.focus();
    else if (!this.dialog.contains(document.activeElement)) this.dialog.querySelector(".gallery-back, .gallery-close").focus();
  }

  leaveFor(message) {
    this.dialog.close();
    this.on.show(message);
  }

  escape(event) {
    if (this.at === null) return;
    event.preventDefault();
    this.choose(null);
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || this.at === null || !this.shown[this.at + step]) return;
    event.preventDefault();
    this.choose(this.at + step);
  }
}

const isOurs = ({ is_ours, name }) => is_ours && !name;

// What was said of a picture, the reader's language first.
function captionsOf({ captions }) {
  const rank = (code) => [language(), language().split("-")[0]].indexOf(code) + 1 || 9;
  return Object.entries(captions)
    .filter(([, text]) => text)
    .sort(([one], [other]) => rank(one) - rank(other))
    .map(([code, text]) => ({ code, text }))
    .filter(({ text }, at, all) => all.findIndex((other) => other.text === text) === at);
}
