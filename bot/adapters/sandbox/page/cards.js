// Answers to commands that only the asker sees: a card in the room, until it is dismissed.

import * as api from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { filesOf } from "./files.js";
import { t } from "./language.js";
import { rich } from "./rich.js";

export class Cards {
  // `asker()` answers {room, persona, is_mod} of whoever asks.
  constructor(feed, asker) {
    this.feed = feed;
    this.asker = asker;
  }

  run(text, { files = [], replyTo = null } = {}) {
    return this.show(text, async () => {
      const sent = [];
      for (const file of files) sent.push(await api.upload(file));
      return api.command({ ...this.asker(), text, files: sent, reply_to: replyTo?.id ?? null });
    });
  }

  press({ action, argument, label }, message = null) {
    return this.show(label, () =>
      api.press({ ...this.asker(), action, argument, message: message?.id ?? null }),
    );
  }

  async show(title, ask) {
    const card = this.card(title);
    this.feed.append(card);
    this.feed.toBottom();
    try {
      const reply = await ask();
      if (reply) this.fill(card, reply);
      else this.feed.remove(card);
    } catch (error) {
      card.querySelector(".card-text").replaceChildren(error.message);
      card.classList.add("failed");
    }
    card.removeAttribute("aria-busy");
    this.feed.changed();
  }

  card(title) {
    const dismiss = () => this.feed.remove(card);
    const card = el(
      "section",
      { class: "card", tabindex: "-1", "aria-busy": "true" },
      el(
        "header",
        { class: "card-head" },
        icon("lock"),
        el("span", { class: "card-title", dir: "auto" }, title),
        el("span", { class: "card-note" }, t("only-you")),
        iconButton("close", t("dismiss"), dismiss, { class: "small" }),
      ),
      el("div", { class: "card-text text", dir: "auto" }, t("working")),
    );
    return card;
  }

  fill(card, reply) {
    card.querySelector(".card-text").replaceChildren(rich(reply.text));
    if (reply.files.length) card.append(filesOf(reply.files));
    if (reply.buttons.length) card.append(this.buttons(reply.buttons));
  }

  buttons(buttons) {
    return el(
      "div",
      { class: "buttons" },
      ...buttons.map((button) =>
        el("button", { type: "button", class: `button ${button.style}`, onclick: () => this.press(button) }, button.label),
      ),
    );
  }
}
