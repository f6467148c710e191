// linkify.js — Finds the web addresses in a text, so that they can be shown as links without ever parsing HTML.

const candidate = /\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u202a-\u202e\u2066-\u2069]+/giu;
const trailing = /[.,;:!?*_~\])}»”’…]$/u;
const opener = { ')': '(', ']': '[', '}': '{' };

/** The text as parts in order: `{ text }` or, for an http(s) address, `{ text, href }`. The parts joined give the text back. */
export function linkify(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const shown = withoutTrailing(match[0]);
    const href = webAddress(shown);
    if (!href) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Leaves out punctuation that belongs to the sentence; a closing bracket stays when the address opened it. */
function withoutTrailing(address) {
  while (trailing.test(address)) {
    const last = address.at(-1);
    const opening = opener[last];
    if (opening && count(address, opening) >= count(address, last)) break;
    address = address.slice(0, -1);
  }
  return address;
}

const count = (text, letter) => text.split(letter).length - 1;

function webAddress(text) {
  try {
    const url = new URL(text);
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname ? url.href : null;
  } catch {
    return null;
  }
}
