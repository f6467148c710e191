// dom.js — The few ways this page touches the document; text always becomes a text node, never HTML.

export const byId = (id) => document.getElementById(id);

/** Makes an element with properties and children; a string child becomes a text node, null is left out. */
export function element(tag, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, dataset);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A round mark with the first letter of a name, in the name's colour. */
export function avatar(user) {
  const mark = element('span', { className: 'avatar', textContent: initial(user) });
  mark.setAttribute('aria-hidden', 'true');
  tint(mark, user);
  return mark;
}

export const initial = (user) => ([...user][0] ?? '').toLocaleUpperCase();

/** Gives an element the hue of a name: the same for everybody who sees that name. */
export function tint(target, user) {
  let hash = 0;
  for (const letter of user) hash = (hash * 31 + letter.codePointAt(0)) >>> 0;
  target.style.setProperty('--hue', String((hash % 24) * 15));
}

/** Sets a text only when it differs, so that screen readers are not told the same thing again. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Makes the children of `list` those of `items`, in order: { key, signature, make }. A child is kept while its key and signature
 * stay; so a new message adds one element and leaves the rest, with the reader's selection and scroll position, alone.
 */
export function reconcile(list, items) {
  const wanted = new Map(items.map(({ key, signature }) => [String(key), String(signature)]));
  const kept = new Map();
  for (const child of [...list.children]) {
    if (wanted.get(child.dataset.key) === child.dataset.signature) kept.set(child.dataset.key, child);
    else child.remove();
  }
  let place = list.firstElementChild;
  for (const { key, signature, make } of items) {
    const child = kept.get(String(key)) ?? make();
    Object.assign(child.dataset, { key, signature });
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
}
