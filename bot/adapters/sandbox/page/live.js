// What has changed, for this tab: from the stream that all tabs share, or from one of its own.

import { Stream } from "./stream.js";

const SHARED = "/page/shared-stream.js";
const trusted = globalThis.trustedTypes?.createPolicy("shared-stream", { createScriptURL: () => SHARED });

export class Live {
  // `onMessage` gets each changed message, `onRooms` all rooms where they are others than `stamp`
  // stands for, `onClock` the time where it was moved on, `onState` "connected" or "reconnecting";
  // `onReset` is called where the server has forgotten what we know.
  constructor({ revision, stamp }, { onMessage, onRooms, onClock, onState, onReset }) {
    this.revision = revision;
    this.stamp = stamp;
    this.on = { onMessage, onRooms, onClock, onState, onReset };
    this.begin();
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => this.turned());
  }

  get place() {
    return { revision: this.revision, stamp: this.stamp };
  }

  begin() {
    if (!globalThis.SharedWorker) return this.beginAlone();
    this.worker = new SharedWorker(trusted?.createScriptURL("") ?? SHARED, { type: "module" });
    this.worker.addEventListener("error", () => this.beginAlone());
    this.worker.port.onmessage = ({ data }) => this.take(data);
    this.ask("join");
    addEventListener("pagehide", () => this.ask("leave"));
    addEventListener("pageshow", ({ persisted }) => persisted && this.ask("join"));
  }

  ask(asked) {
    this.worker?.port.postMessage({ asked, place: this.place });
  }

  // In a browser that shares nothing among its tabs.
  beginAlone() {
    this.worker = null;
    this.stream?.close();
    this.stream = new Stream(this.place, (event) => this.take(event));
    if (document.hidden) this.turned();
  }

  again() {
    this.ask("again");
    this.stream?.again();
  }

  // A stream of its own is let go of while nobody looks: else the seventh tab would get none.
  turned() {
    if (!document.hidden && this.stream?.isLeft) this.beginAlone();
    else if (!document.hidden) this.again();
    else if (this.stream) {
      this.stream.close();
      this.stream.isLeft = true;
    }
  }

  take({ name, content, revision }) {
    if (name === "message") this.takeMessage(content, revision);
    else if (name === "rooms") this.follow(content);
    else if (name === "clock") this.on.onClock(content);
    else if (name === "state") this.on.onState(content);
    else this.on.onReset();
  }

  takeMessage(message, revision) {
    if (revision <= this.revision) return;
    this.revision = revision;
    this.on.onMessage(message);
  }

  follow({ rooms, stamp }) {
    this.stamp = stamp;
    this.on.onRooms(rooms);
  }
}
