// Follows every change, and takes the stream up again where it was cut.

const LONGEST_WAIT = 8000;

export class Live {
  // `onMessage` gets each changed message, `onRooms` all rooms where they are others than `stamp`
  // stands for, `onClock` the time where it was moved on, `onState` "connected" or "reconnecting";
  // `onReset` is called where the server has forgotten what we know.
  constructor({ revision, stamp }, { onMessage, onRooms, onClock, onState, onReset }) {
    this.revision = revision;
    this.stamp = stamp;
    this.on = { onMessage, onRooms, onClock, onState, onReset };
    this.wait = 500;
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.timer) this.again();
    });
    this.open();
  }

  open() {
    this.source = new EventSource(`/api/events?after=${this.revision}&rooms=${this.stamp}`);
    this.source.addEventListener("open", () => {
      this.wait = 500;
      this.on.onState("connected");
    });
    this.source.addEventListener("message", (event) => this.take(event));
    this.source.addEventListener("rooms", (event) => this.follow(JSON.parse(event.data)));
    this.source.addEventListener("clock", (event) => this.on.onClock(JSON.parse(event.data)));
    this.source.addEventListener("reset", () => this.on.onReset());
    this.source.addEventListener("error", () => this.lost());
  }

  take(event) {
    this.revision = Math.max(this.revision, Number(event.lastEventId));
    this.on.onMessage(JSON.parse(event.data));
  }

  follow({ rooms, stamp }) {
    this.stamp = stamp;
    this.on.onRooms(rooms);
  }

  lost() {
    this.source.close();
    clearTimeout(this.timer);
    this.on.onState("reconnecting");
    this.timer = setTimeout(() => this.again(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  again() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.open();
  }
}
