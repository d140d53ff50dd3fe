// Files waiting in a composer: chosen, pasted or dropped, with a preview of pictures.

import { el, icon, iconButton } from "./dom.js";
import { size } from "./files.js";
import { t } from "./language.js";

export class Attachments {
  // `complain(sentence)` tells why a file was not taken; `changed()` follows every change.
  constructor(limits, { complain, changed }) {
    this.limits = limits;
    this.on = { complain, changed };
    this.files = [];
    this.element = el("div", { class: "attachments", hidden: true });
    this.input = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1" });
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
  }

  add(files) {
    for (const file of files) this.take(file);
    this.draw();
  }

  take(file) {
    const limit = Math.floor(this.limits.file / 1024 ** 2);
    if (file.size > this.limits.file) this.on.complain(t("file-too-large", { name: file.name, limit }));
    else if (file.size === 0) this.on.complain(t("file-empty", { name: file.name }));
    else if (this.files.length >= this.limits.files) {
      this.on.complain(t("too-many-files", { limit: this.limits.files }));
    } else this.files.push(file);
  }

  // Answers the files and forgets them.
  hand() {
    const files = this.files;
    this.files = [];
    this.draw();
    return files;
  }

  draw() {
    for (const image of this.element.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    this.element.replaceChildren(...this.files.map((file) => this.preview(file)));
    this.element.hidden = this.files.length === 0;
    this.on.changed();
  }

  preview(file) {
    const isPicture = /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type);
    const shown = isPicture ? el("img", { src: URL.createObjectURL(file), alt: "" }) : icon("file");
    const remove = () => {
      this.files = this.files.filter((other) => other !== file);
      this.draw();
    };
    return el(
      "div",
      { class: "attachment" },
      shown,
      el("span", { class: "file-name", dir: "auto" }, file.name),
      el("span", { class: "file-size" }, size(file.size)),
      iconButton("close", t("remove-file", { name: file.name }), remove, { class: "small" }),
    );
  }
}
