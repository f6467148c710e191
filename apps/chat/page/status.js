// status.js — Tells how the connection is: a line over the messages while it is not well, and for a moment after it has come back.

import { byId, setText } from './dom.js';

const toldFor = 6_000; // ms a good line stays
const patience = 400; // ms of connecting that are not worth a line

export class Status {
  #line = byId('status');
  #ticking = null;
  #timer = null;

  constructor(onRetry) {
    byId('status-action').addEventListener('click', onRetry);
  }

  show(state) {
    document.documentElement.dataset.connection = state.kind;
    clearInterval(this.#ticking);
    if (state.kind === 'connecting') this.#later(() => this.#tell('Connecting…'), patience);
    if (state.kind === 'online') this.#later(() => this.#hide(), 0);
    if (state.kind === 'waiting') this.#count(state);
    if (state.kind === 'stopped') this.#tell(state.why, state.needsToken ? 'Enter a token' : 'Connect again');
  }

  /** Shows a good line for a moment. */
  say(text) {
    this.#tell(text);
    this.#later(() => this.#hide(), toldFor);
  }

  /** The seconds tick outside of what is read aloud. */
  #count({ why, until }) {
    this.#tell(why, 'Retry now');
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setText(byId('status-wait'), `Reconnecting in ${seconds} s`);
    };
    tick();
    this.#ticking = setInterval(tick, 250);
  }

  #tell(text, action = '') {
    clearTimeout(this.#timer);
    this.#line.hidden = false;
    setText(byId('status-text'), text);
    setText(byId('status-wait'), '');
    setText(byId('status-action'), action);
    byId('status-action').hidden = !action;
  }

  #hide() {
    this.#line.hidden = true;
    setText(byId('status-text'), '');
  }

  #later(callback, ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(callback, ms);
  }
}
