// Opens the page: loads the rooms, follows what changes, and passes messages to their room.

import * as api from "./api.js";
import * as book from "./book.js";
import { el, icon } from "./dom.js";
import { announce, spoken, t } from "./language.js";
import { Gallery } from "./gallery.js";
import { Live } from "./live.js";
import { recall, remember } from "./memory.js";
import { Panel } from "./panel.js";
import { PersonaDialog } from "./persona-dialog.js";
import { offer } from "./reactions.js";
import { RoomDialog } from "./room-dialog.js";
import { Room } from "./room.js";
import { Rooms } from "./rooms.js";
import { Settings, applyTheme, isMod } from "./settings.js";
import { Tabs } from "./tabs.js";
import { synchronise } from "./time.js";
import { Timepiece } from "./timepiece.js";

const $ = (id) => document.getElementById(id);

class App {
  constructor(state) {
    synchronise(state.clock);
    offer(state.reactions);
    const ofFile = state.rooms.filter(({ relay }) => relay?.from_file);
    const isBare = ofFile.every(({ messages }) => messages.length === 0);
    this.sample = state.show_sample && isBare && !recall("sample-removed", false);
    this.personaDialog = new PersonaDialog($("persona"));
    this.rooms = new Rooms($("rooms"), (told) => new Room(told, state.limits, this.services()));
    this.rooms.take(state.rooms.map(described));
    this.tabs = new Tabs($("tabs"), $("rooms"), this.rooms);
    this.panel = new Panel($("panel"), {
      newest: () => this.newest,
      roomOf: (id) => this.room(id),
    });
    this.settings = new Settings($("settings"), $("mod-badge"), {
      changed: () => this.rooms.list.forEach((room) => room.modChanged()),
      bringSampleBack: () => this.showSample(true),
    });
    this.timepiece = new Timepiece($("clock-button"), $("clock"), this.rooms);
    this.gallery = new Gallery($("gallery"), {
      roomOf: (id) => this.room(id),
      show: (message) => this.show(message),
    });
    $("gallery-button").addEventListener("click", () => this.gallery.open());
    this.roomDialog = new RoomDialog($("new-room"), (asked, isOwnTab) => this.makeRoom(asked, isOwnTab));
    for (const button of this.makers) button.addEventListener("click", () => this.roomDialog.open());
    this.load(state);
    this.rooms.showOnly(Rooms.asked());
    spoken(() => this.speak());
    this.live = new Live(state, {
      onMessage: (message) => this.receive(message),
      onRooms: (told) => this.follow(told),
      onClock: (told) => this.timepiece.take(told),
      onState: (name) => this.showState(name),
      onReset: () => location.reload(),
    });
    addEventListener("hashchange", () => this.goToAddress());
    this.goToAddress();
  }

  services() {
    return {
      isMod,
      receive: (message) => this.receive(message),
      explain: (message, isAsked) => this.explain(message, isAsked),
      lookAgain: (room, id) => this.lookAgain(room, id),
      removeRoom: (id) => this.removeRoom(id),
      choosePersona: (room) => this.personaDialog.open(room),
      hasSample: () => this.sample,
      removeSample: () => this.showSample(false),
    };
  }

  room(id) {
    return this.rooms.find(id);
  }

  get makers() {
    return [$("new-room-button"), $("new-room-tab")];
  }

  // The rooms, or what links them, have changed: here, in another tab, on another platform.
  follow(told) {
    const added = this.rooms.take(told);
    for (const room of added) {
      room.speak();
      room.attempt(() => room.catchUp());
    }
    this.tabs.follow();
    this.timepiece.draw();
    this.titled();
  }

  async makeRoom(asked, isOwnTab) {
    const { room, rooms } = await api.makeRoom(asked);
    this.follow(rooms);
    return () => {
      if (isOwnTab) open(Rooms.address(room), "_blank", "noopener");
      else this.enter(this.room(room));
    };
  }

  async removeRoom(id) {
    const { rooms } = await api.removeRoom(id);
    this.follow(rooms);
  }

  enter(room) {
    this.tabs.show(this.rooms.list.indexOf(room));
    room.composer.input.focus({ preventScroll: true });
  }

  titled() {
    const only = this.room(this.rooms.only);
    document.title = only ? `${only.name} · ${t("title")}` : `${t("title")} ${t("title-other")}`;
    $("all-rooms").hidden = !only;
    if (!only && Rooms.asked()) history.replaceState(null, "", "/"); // it is gone
  }

  load(state) {
    for (const room of state.rooms) this.room(room.id).load(room);
    const all = state.rooms.flatMap(({ messages }) => messages);
    const said = all.filter((message) => !message.is_arrival);
    this.newest = said.sort((a, b) => a.revision - b.revision).at(-1) ?? null;
  }

  speak() {
    $("brand-name").textContent = t("title");
    $("brand-other").textContent = t("title-other");
    $("brand-other").lang = t("title-other") === "Catbridge" ? "en" : "zh-Hans";
    for (const [id, key] of [["gallery-button", "pictures"], ["panel-button", "what-happened"], ["settings-button", "settings"]]) {
      $(id).setAttribute("aria-label", t(key));
      $(id).title = t(key);
    }
    for (const button of this.makers) {
      button.setAttribute("aria-label", t("new-room"));
      button.title = t("new-room");
    }
    $("all-rooms").textContent = t("all-rooms");
    for (const room of this.rooms.list) room.speak();
    this.tabs.follow();
    this.titled();
    this.settings.draw();
    this.timepiece.draw();
    this.panel.speak();
    this.showState(this.state);
  }

  receive(message) {
    const room = this.room(message.room);
    if (!room) return; // removed, or so new that we have not been told of it
    const isNew = room.take(message);
    if (message.is_deleted) book.drop(message);
    else this.keep(message, room, isNew);
    this.panel.draw();
    this.gallery.changed();
  }

  keep(message, room, isNew) {
    for (const origin of book.put(message)) {
      this.room(origin.room)?.redraw(origin);
      if (isNew) this.walk(origin.room, message.room);
    }
    if (!isNew) return;
    if (!message.is_arrival) this.newest = message;
    if (!message.is_ours) this.panel.chosen = null;
    this.tabs.arrived(room);
  }

  // At what has had its time to cross: perhaps it stays where it is.
  lookAgain(room, id) {
    const message = room.messages.get(id);
    if (!message || book.copiesOf(message).length) return;
    room.redraw(message);
    this.panel.draw();
  }

  // A cat crosses the bridge with every message.
  walk(from, to) {
    const places = this.rooms.list.map(({ id }) => id);
    const direction = places.indexOf(from) < places.indexOf(to) ? "there" : "back";
    const walker = el("span", { class: `walker ${direction}` }, icon("walker"));
    walker.addEventListener("animationend", () => walker.remove());
    if ($("bridge").childElementCount < 6) $("bridge").append(walker);
  }

  explain(message, isAsked) {
    this.panel.returnTo = document.activeElement;
    this.panel.choose(message);
    if (isAsked) this.panel.toggle(true);
  }

  showSample(isShown) {
    this.sample = isShown;
    remember("sample-removed", !isShown);
    for (const room of this.rooms.list) room.redrawAll();
    $("settings").hidePopover?.();
    this.panel.choose(null);
  }

  showState(name) {
    if (name === "connected" && this.state === "reconnecting") this.timepiece.catchUp();
    this.state = name;
    const isLost = name === "reconnecting";
    $("state").hidden = !isLost;
    $("state").textContent = isLost ? t("reconnecting") : "";
  }

  goToAddress() {
    this.rooms.showOnly(Rooms.asked());
    this.tabs.follow();
    this.titled();
    const [room, id] = decodeURIComponent(location.hash.slice(1)).split("/");
    const message = id && book.get(room, id);
    if (!message) return;
    this.show(message);
    this.explain(message, false);
  }

  show(message) {
    const room = this.room(message.room);
    if (this.rooms.only !== null && this.rooms.only !== room.id) {
      history.replaceState(null, "", Rooms.address(room.id));
      this.rooms.showOnly(room.id);
    }
    this.tabs.show(this.rooms.list.indexOf(room));
    room.jump(message);
  }
}

// A room as the server tells of it when it changes, too: without its messages.
function described({ messages, has_older, ...told }) {
  return told;
}

async function start() {
  applyTheme();
  announce();
  try {
    const app = new App(await api.state());
    $("panel-button").addEventListener("click", () => {
      app.panel.returnTo = $("panel-button");
      app.panel.toggle();
    });
    document.body.classList.add("ready");
  } catch (error) {
    showFailure(error);
  }
}

function showFailure(error) {
  console.error(error);
  const again = el("button", { type: "button", class: "button primary", onclick: () => location.reload() }, t("try-again"));
  const logo = el("img", { src: "/page/logo.svg", alt: "", width: 72, height: 72 });
  $("rooms").replaceChildren(el("div", { class: "failed-start", role: "alert" }, logo, el("p", {}, t("cannot-load")), again));
}

start();
