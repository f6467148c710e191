// composer.js — The box in which a person writes: grows with the text, counts its bytes, and hands it over on Enter.

import { byId, setText } from './dom.js';
import { LOBBY } from './room.js';
import { byteLength, longestText, tidyText } from './rules.js';

const countFrom = 0.75 * longestText; // bytes from which on the count is shown
const noticeFor = 6_000; // ms

export class Composer {
  #text = byId('text');
  #noticeTimer = null;

  /** `onSay(text)` is given a text that may be sent; `onDraft(text)` whatever is in the box, as it changes. */
  constructor({ onSay, onDraft }) {
    this.onSay = onSay;
    this.onDraft = onDraft;
    byId('compose').addEventListener('submit', (event) => this.#submit(event));
    this.#text.addEventListener('input', () => this.#changed());
    this.#text.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Shows what was being written in `room`. */
  enter(room) {
    const label = room.name === LOBBY ? 'Message everyone' : `Message ${room.name}`;
    this.#text.placeholder = label;
    setText(byId('text-label'), label);
    this.write(room.draft);
  }

  write(text) {
    this.#text.value = text;
    this.#changed();
  }

  get text() {
    return this.#text.value;
  }

  focus() {
    this.#text.focus();
  }

  /** Shows a line above the box for a while. */
  notice(text) {
    clearTimeout(this.#noticeTimer);
    setText(byId('notice'), text);
    byId('notice').hidden = false;
    this.#noticeTimer = setTimeout(() => (byId('notice').hidden = true), noticeFor);
  }

  #key(event) {
    // While an input method composes a word, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = tidyText(this.#text.value);
    if (!text) return;
    if (byteLength(text) > longestText) return this.notice('This text is too long to be sent as one message.');
    this.write('');
    this.onSay(text);
    this.focus();
  }

  #changed() {
    const bytes = byteLength(tidyText(this.#text.value));
    setText(byId('size'), bytes >= countFrom ? `${bytes.toLocaleString()} of ${longestText.toLocaleString()} bytes` : '');
    byId('size').classList.toggle('over', bytes > longestText);
    byId('send').disabled = bytes === 0 || bytes > longestText;
    this.#grow();
    this.onDraft(this.#text.value);
  }

  #grow() {
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
