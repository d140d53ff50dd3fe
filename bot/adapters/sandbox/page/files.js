// Pictures and files inside a message.

import { el, icon } from "./dom.js";
import { t } from "./language.js";

export function filesOf(files) {
  return el("div", { class: `files files-${Math.min(files.length, 3)}` }, ...files.map(fileElement));
}

// Files that the server does not have yet.
export function namesOf(files) {
  return el("div", { class: "files" }, ...files.map((file) => el("div", { class: "file" }, icon("file"), ...labels(file))));
}

export function size(bytes) {
  const units = ["B", "KB", "MB"];
  const power = Math.min(2, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power && bytes < 10 * 1024 ** power ? 1 : 0)} ${units[power]}`;
}

function fileElement(file) {
  if (file.kind === "image" || file.kind === "animation") return picture(file);
  if (file.kind === "video") return el("video", { src: file.url, controls: true, preload: "metadata" });
  if (file.kind === "audio" || file.kind === "voice") {
    return el("audio", { src: file.url, controls: true, preload: "metadata" });
  }
  return el(
    "a",
    { class: "file", href: file.url, download: file.name },
    icon("file"),
    ...labels(file),
  );
}

function labels({ name, size: bytes }) {
  return [el("span", { class: "file-name", dir: "auto" }, name), el("span", { class: "file-size" }, size(bytes))];
}

function picture(file) {
  const image = el("img", { class: "picture", src: file.url, alt: file.name, loading: "lazy" });
  const link = el(
    "a",
    { class: "picture-link", href: file.url, target: "_blank", rel: "noopener", "aria-label": t("open-picture", { name: file.name }) },
    image,
  );
  if (!file.is_spoiler) return link;
  link.classList.add("hidden-picture");
  link.setAttribute("aria-label", t("spoiler-picture"));
  link.addEventListener("click", (event) => {
    if (!link.classList.contains("hidden-picture")) return;
    event.preventDefault();
    link.classList.remove("hidden-picture");
  });
  return link;
}
