// One room: its head, its messages, its composer, and the person the reader plays in it.

import { Actions } from "./actions.js";
import * as api from "./api.js";
import * as book from "./book.js";
import { Cards } from "./cards.js";
import { commands, menuEntries } from "./completion.js";
import { Composer } from "./composer.js";
import { el, icon } from "./dom.js";
import { Feed } from "./feed.js";
import { t } from "./language.js";
import { newKey } from "./memory.js";
import { messageElement } from "./message.js";
import { guestLine, newcomer } from "./newcomers.js";
import { Outgoing } from "./outgoing.js";
import { Personas } from "./personas.js";
import { has } from "./reactions.js";
import { sampleFor, sampleHead } from "./sample.js";
import { Standing } from "./standing.js";
import { now } from "./time.js";

const LOOKS = ["plain", "discord", "telegram"];
const LONGEST_CROSSING = 60_000; // milliseconds: what has no copy by then stays here

export class Room {
  // `told` is the room as the server describes it: {id, name, look, is_made, language, relay}.
  // `app` offers receive, explain, isMod, choosePersona, removeRoom, removeSample and hasSample.
  constructor(told, limits, app) {
    this.told = told;
    this.app = app;
    this.newestUnlinked = 0; // what was said up to this one stays here
    this.messages = new Map();
    this.personas = new Personas(this.id, this.language, told.is_made ? LOOKS.indexOf(told.look) : 0);
    this.feed = new Feed({ render: (message) => this.render(message), older: () => this.loadOlder() });
    this.cards = new Cards(this.feed, () => this.asker());
    this.outgoing = new Outgoing(this);
    this.composer = new Composer(this, limits, {
      send: (written) => this.send(written),
      edit: (message, text) => this.change(message, text),
      editLast: () => this.editLast(),
      isMod: () => this.isMod(),
      choosePersona: () => app.choosePersona(this),
    });
    this.standing = new Standing(this, {
      write: (command) => this.composer.write(command),
      remove: () => this.attempt(() => app.removeRoom(this.id), () => this.standing.ask(false)),
      isMod: () => this.isMod(),
    });
    this.actions = new Actions(this.feed.list, {
      find: (key) => this.messages.get(key),
      can: (message) => this.rights(message),
      entries: () => menuEntries(this.isMod()),
      on: {
        reply: (message) => this.composer.reply(message),
        react: (message, emoji) => this.react(message, emoji, !has(message, emoji, this.personas.id)),
        explain: (message) => app.explain(message, true),
        edit: (message) => this.composer.edit(message),
        remove: (message) => this.remove(message),
        choose: (entry, message) => this.cards.ask(entry, () => this.elementOf(message.id), message),
      },
    });
    this.build();
  }

  build() {
    this.title = el("h2", { class: "room-title", dir: "auto" });
    this.avatar = el("img", { class: "avatar", alt: "", width: 28, height: 28 });
    this.who = el("span", { class: "who", dir: "auto" });
    this.personaButton = el("button", { type: "button", class: "persona-button", onclick: () => this.app.choosePersona(this) }, this.avatar, this.who);
    this.newcomerLabel = el("span", { class: "newcomer-label" });
    this.newcomerButton = el("button", { type: "button", class: "newcomer", onclick: () => this.welcome() }, icon("arrive"), this.newcomerLabel);
    this.guest = el("div", { class: "guest", hidden: true });
    this.composer.element.prepend(this.standing.hint, this.guest);
    this.element = el(
      "section",
      { class: "room", id: `room-${this.id}`, "data-look": this.told.look },
      el(
        "header",
        { class: "room-top" },
        el("div", { class: "room-head" }, lookOf(this.told.look), this.title, this.newcomerButton, this.personaButton),
        this.standing.line,
      ),
      this.feed.element,
      this.composer.element,
    );
    this.feed.list.addEventListener("click", (event) => this.tapped(event));
    this.element.addEventListener("dragover", (event) => this.dragged(event));
    this.element.addEventListener("dragleave", () => this.element.classList.remove("dropping"));
    this.element.addEventListener("drop", (event) => this.dropped(event));
  }

  get id() {
    return this.told.id;
  }

  // Null where nothing links the room.
  get language() {
    return this.told.language;
  }

  get side() {
    if (this.language === null) return "none";
    return this.language.startsWith("zh") ? "zh" : "en";
  }

  get name() {
    return this.told.name || t(`room-${this.language}`);
  }

  // A side's time is that of the people who are linked there.
  get hasZone() {
    return this.told.relay !== null && !this.told.relay.is_waiting;
  }

  get isCrossing() {
    const { relay } = this.told;
    return relay !== null && !relay.is_waiting && !relay.is_paused;
  }

  // Where it has no copy yet: what was said before the room was linked gets none, nor what
  // somebody on pause says.
  isOnItsWay(id) {
    const { sent_at: at } = this.messages.get(id) ?? {};
    const isFresh = !at || now() - at < LONGEST_CROSSING;
    return this.isCrossing && isFresh && !(Number(id) <= this.newestUnlinked);
  }

  // Whoever has this page is the mod of the rooms made on it, unless they play somebody new.
  isMod() {
    return this.app.isMod() || (this.told.is_made && !this.personas.host);
  }

  modChanged() {
    this.composer.completion.update();
    this.standing.drawHint();
  }

  asker() {
    return { room: this.id, persona: this.personas.current, is_mod: this.isMod() };
  }

  // What the server tells of the room has changed. Answers to commands stay where they are.
  follow(told) {
    if (JSON.stringify(told) === JSON.stringify(this.told)) return;
    const wasCrossing = this.isCrossing;
    this.told = told;
    if (this.isCrossing && !wasCrossing) {
      this.newestUnlinked = Math.max(0, ...[...this.messages.keys()].map(Number));
    }
    this.standing.isAsking = false;
    this.introduce();
  }

  introduce() {
    this.title.textContent = this.name;
    this.element.dataset.side = this.side;
    this.element.setAttribute("aria-label", this.name);
    this.feed.speak(t("messages-in", { room: this.name }), t(this.isCrossing ? "empty" : "empty-here"));
    this.composer.speak();
    this.standing.draw();
  }

  speak() {
    this.element.dataset.drop = t("drop-here");
    this.introduce();
    this.newcomerLabel.textContent = t("newcomer");
    this.newcomerButton.setAttribute("aria-label", t("newcomer"));
    this.newcomerButton.title = t("newcomer-hint");
    this.drawPersona();
    this.redrawAll();
    commands().catch(() => []); // so that the menus of messages know theirs
  }

  drawPersona() {
    const { name, avatar } = this.personas.current;
    this.who.textContent = name;
    for (const image of [this.avatar, this.composer.avatar]) {
      image.src = `/page/avatars/${avatar}.svg`;
    }
    this.guest.replaceChildren(...guestLine(this.personas, () => this.goBack()));
    this.guest.hidden = !this.guest.childElementCount;
    this.standing.drawHint();
    for (const button of [this.personaButton, this.composer.persona]) {
      button.setAttribute("aria-label", t("you-are", { name }));
      button.title = t("you-are", { name });
    }
  }

  become(persona) {
    this.personas.choose(persona);
    this.drawPersona();
    this.redrawAll();
  }

  // Somebody new comes in, and the reader speaks as them.
  async welcome() {
    const persona = newcomer(this.language, this.personas.all);
    await this.attempt(async () => {
      const arrival = await api.arrive(this.id, { key: newKey(), persona });
      this.personas.arrive(persona);
      this.drawPersona();
      this.redrawAll();
      this.app.receive(arrival);
      this.feed.toBottom();
      this.composer.input.focus();
    });
  }

  goBack() {
    this.become(this.personas.host);
    this.composer.input.focus();
  }

  // Takes in the room as the server has it; `speak` shows it.
  load({ messages, has_older: hasOlder }) {
    this.messages = new Map(messages.map((message) => [message.id, message]));
    for (const message of messages) book.put(message);
    this.feed.olderButton.hidden = !hasOlder;
  }

  // What the room holds already, for one that came while the page was open.
  async catchUp() {
    const found = await api.newest(this.id);
    for (const message of found.messages) this.app.receive(message);
    this.feed.olderButton.hidden = !found.has_older;
  }

  redrawAll() {
    const shown = [...this.messages.values(), ...this.outgoing.waiting];
    const sample = this.app.hasSample() && this.told.relay?.from_file ? sampleFor(this.id, this.language) : [];
    this.feed.fill([...sample, ...shown]);
    if (sample.length) this.feed.list.prepend(sampleHead(() => this.app.removeSample()));
    if (sample.length && !shown.length) this.feed.toTop();
    this.actions.hide();
  }

  render(message) {
    return messageElement(message, {
      isMine: book.isBy(message, this.personas.id),
      me: this.personas.id,
      language: this.language,
      isCrossing: this.isOnItsWay(message.id),
      on: {
        jump: (answered) => this.jump(answered),
        press: (button) => this.cards.press(button, () => this.elementOf(message.id), message),
        react: (reacted, emoji, isAdded) => this.react(reacted, emoji, isAdded),
        retry: (failed) => this.outgoing.send(failed),
        discard: (failed) => this.outgoing.discard(failed),
      },
    });
  }

  elementOf(id) {
    return this.feed.find(`m-${this.id}-${id}`);
  }

  // Takes in a new, changed or deleted message. Answers whether it is new.
  take(message) {
    const known = this.messages.get(message.id);
    if (known && known.revision >= message.revision) return false;
    if (message.is_deleted) return this.forget(message);
    if (message.key) this.outgoing.arrived(message.key);
    this.messages.set(message.id, message);
    if (known) this.redraw(message);
    else this.appear(message);
    return !known;
  }

  appear(message) {
    this.feed.append(this.render(message));
    if (!message.is_ours) setTimeout(() => this.app.lookAgain(this, message.id), LONGEST_CROSSING + 500);
  }

  forget(message) {
    this.messages.delete(message.id);
    const element = this.elementOf(message.id);
    if (element) this.feed.remove(element);
    return false;
  }

  redraw(message) {
    const old = this.elementOf(message.id);
    if (!old) return;
    const isOpen = old.querySelector(".source")?.hidden === false;
    const element = this.render(message);
    if (this.actions.host === old) this.actions.hide();
    this.feed.replace(old, element);
    if (isOpen) element.querySelector(".status [aria-expanded]")?.click();
  }

  async loadOlder() {
    if (this.isLoading) return;
    this.isLoading = true;
    const first = this.messages.keys().next().value;
    await this.attempt(async () => this.takeOlder(await api.older(this.id, first)));
    this.isLoading = false;
  }

  takeOlder({ messages, has_older: hasOlder }) {
    for (const message of messages) book.put(message);
    this.messages = new Map([...messages.map((message) => [message.id, message]), ...this.messages]);
    this.feed.olderButton.hidden = !hasOlder;
    this.feed.prepend(messages);
  }

  send({ text, files, replyTo }) {
    if (text.startsWith("/")) this.cards.run(text, { files, replyTo });
    else this.outgoing.start({ text, files, replyTo });
    this.feed.toBottom();
  }

  change(message, text) {
    const body = { persona: this.personas.current, text };
    this.attempt(
      async () => this.app.receive(await api.edit(this.id, message.id, body)),
      () => this.composer.takeBack(message, text),
    );
  }

  react(message, emoji, isAdded) {
    const body = { persona: this.personas.current, emoji, is_added: isAdded };
    this.attempt(async () => this.app.receive(await api.react(this.id, message.id, body)));
  }

  remove(message) {
    const body = { persona: this.personas.current, is_mod: this.isMod() };
    this.attempt(() => api.remove(this.id, message.id, body));
  }

  async attempt(act, undo = () => {}) {
    try {
      await act();
    } catch (error) {
      undo();
      this.composer.complain(error.message);
    }
  }

  editLast() {
    const mine = [...this.messages.values()].filter((message) => book.isBy(message, this.personas.id) && !message.is_arrival);
    if (mine.length) this.composer.edit(mine.at(-1));
    return mine.length > 0;
  }

  rights(message) {
    const isMine = book.isBy(message, this.personas.id);
    return { reply: true, edit: isMine, delete: isMine || (this.isMod() && !message.is_ours) };
  }

  jump(message) {
    const element = message && this.elementOf(message.id);
    if (element) this.feed.reveal(element);
  }

  tapped(event) {
    const element = event.target.closest(".message");
    if (!element || event.target.closest("a, button, video, audio") || String(getSelection())) return;
    const message = this.messages.get(element.dataset.id);
    if (message) this.app.explain(message, false);
    else if (element.classList.contains("sample")) this.app.explain({ isSample: true }, false);
  }

  dragged(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.element.classList.add("dropping");
  }

  dropped(event) {
    event.preventDefault();
    this.element.classList.remove("dropping");
    this.composer.attachments.add(event.dataTransfer.files);
  }
}

function lookOf(look) {
  return look === "plain" ? null : icon(`look-${look}`);
}
