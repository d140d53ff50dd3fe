// The rooms' time: the server's own, which a demo can move on.

let lead = 0;
let zones = {};
let isMovable = false;

export const now = () => Date.now() + lead;
export const canMove = () => isMovable;
export const zoneOf = (room) => zones[room] ?? "UTC";

// `ahead` is how far the server's time was ahead of ours when it told of it, where that was not now.
export function synchronise({ now: milliseconds, zones: known, can_move: canMoveNow, lead: ahead }) {
  lead = ahead ?? milliseconds - Date.now();
  zones = known;
  isMovable = canMoveNow;
}
