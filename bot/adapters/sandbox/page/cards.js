// Answers to commands that only the asker sees: a card in the room, until it is dismissed.

import * as api from "./api.js";
import { buttonsOf } from "./buttons.js";
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

  // What the presser alone is told stands under `place()`; of one message only the last answer.
  async press({ action, argument, label }, place, message = null) {
    const card = this.card(label);
    const asked = { ...this.asker(), action, argument, message: message?.id ?? null };
    const isToldSomething = await this.answer(card, () => api.press(asked));
    if (message) this.feed.list.querySelector(`.card[data-under="${message.id}"]`)?.remove();
    if (!isToldSomething) return;
    if (message) card.dataset.under = message.id;
    const above = place();
    if (above?.isConnected) this.feed.insertAfter(above, card);
    else this.feed.append(card);
  }

  // Runs an entry of a message's menu; its answer stands under the message.
  async ask({ name, menu }, place, message) {
    const card = this.card(menu);
    const above = place();
    if (above?.isConnected) this.feed.insertAfter(above, card);
    else this.feed.append(card);
    const asked = { ...this.asker(), text: `/${name}`, files: [], reply_to: message.id };
    if (await this.answer(card, () => api.command(asked))) card.focus({ preventScroll: true });
    else this.feed.remove(card);
    this.feed.changed();
  }

  async show(title, ask) {
    const card = this.card(title);
    this.feed.append(card);
    this.feed.toBottom();
    if (await this.answer(card, ask)) this.feed.changed();
    else this.feed.remove(card);
  }

  // Writes the answer into the card. False where there is none for the asker alone.
  async answer(card, ask) {
    try {
      const reply = await ask();
      if (!reply) return false;
      this.fill(card, reply);
    } catch (error) {
      card.querySelector(".card-text").replaceChildren(error.message);
      card.classList.add("failed");
    }
    card.removeAttribute("aria-busy");
    return true;
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
    const buttons = buttonsOf(reply.buttons, (button) => this.press(button, () => card));
    if (buttons) card.append(buttons);
  }
}
