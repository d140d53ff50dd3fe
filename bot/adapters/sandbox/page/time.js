// The rooms' time: the server's own, which a demo can move on.

let lead = 0;
let zones = {};
let isMovable = false;

export const now = () => Date.now() + lead;
export const canMove = () => isMovable;
export const zoneOf = (room) => zones[room] ?? "UTC";

export function synchronise({ now: milliseconds, zones: known, can_move: canMoveNow }) {
  lead = milliseconds - Date.now();
  zones = known;
  isMovable = canMoveNow;
}
