// Builds elements. Text only ever becomes text nodes, so nothing a person wrote can act.

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/page/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onclick, attributes = {}) {
  const { class: more = "", ...others } = attributes;
  return el(
    "button",
    { type: "button", class: `icon-button ${more}`, "aria-label": label, title: label, onclick, ...others },
    icon(name),
  );
}

// Characters as people and the server count them: code points, not UTF-16 units.
export function count(text) {
  let points = 0;
  for (const _ of text) points += 1;
  return points;
}
