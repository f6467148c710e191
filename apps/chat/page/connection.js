// connection.js — Keeps one WebSocket open: connects, tells what arrives, and comes back after a cut.
//
// State, told through `onState` whenever it changes:
//   { kind: 'connecting' }                    a socket is being opened
//   { kind: 'online' }                        it is open
//   { kind: 'waiting', until, why }           the next attempt is at `until` (ms since 1970)
//   { kind: 'stopped', why, needsToken }      the close code says not to come back; a person may ask for it, perhaps with a token

import { backoffDelay } from './backoff.js';
import { ending } from './closing.js';

const openTimeout = 10_000; // ms: a handshake that takes longer is given up
const stableAfter = 5_000; // ms online before an end counts as the first of a new series
const unreachable = { reconnect: true, why: 'The server cannot be reached.' }; // or refuses; a browser does not tell which

export class Connection {
  #attempt = 0;
  #socket = null;
  #timer = null;
  #openedAt = null;
  state = { kind: 'stopped', why: '' };

  /**
   * `address` is called for each attempt. `onOpen(send)`, `onText(text)` and `onClose()` come in that order for each connection;
   * `onClose` only after an `onOpen`. `whyRefused()` is asked when a socket did not open: the promise of a sentence, if only a token
   * helps. `open`, `timers`, `now` and `random` are replaced by tests.
   */
  constructor({ address, onState, onOpen, onText, onClose, whyRefused = async () => null, open = openSocket, timers = browserTimers, now = Date.now, random = Math.random }) {
    Object.assign(this, { address, onState, onOpen, onText, onClose, whyRefused, open, timers, now, random });
  }

  /** Opens a connection now, whatever was being waited for. */
  connect() {
    this.#abandon();
    this.#tell({ kind: 'connecting' });
    const socket = this.open(this.address());
    this.#socket = socket;
    // An abandoned socket may still report; only the current one is heard.
    const current = () => this.#socket === socket;
    this.#timer = this.timers.set(() => current() && this.#lost(1006, ''), openTimeout);
    socket.onopen = () => current() && this.#opened();
    socket.onmessage = (event) => current() && this.onText(event.data);
    socket.onclose = (event) => current() && this.#lost(event.code, event.reason);
  }

  /** The person asks for a connection, even where the close code says not to come back. */
  retry() {
    if (this.state.kind === 'waiting' || this.state.kind === 'stopped') this.connect();
  }

  /** The wait may be over: the network is back, or somebody looks again. */
  hurry() {
    if (this.state.kind === 'waiting') this.connect();
  }

  /** Gives up on a connection that no longer answers, and opens another. */
  renew() {
    if (this.state.kind === 'online') this.connect();
  }

  #opened() {
    this.timers.clear(this.#timer);
    this.#openedAt = this.now();
    const socket = this.#socket;
    this.#tell({ kind: 'online' });
    this.onOpen((text) => socket.send(text));
  }

  #lost(code, reason) {
    const wasOpen = this.#openedAt !== null;
    const wasStable = wasOpen && this.now() - this.#openedAt >= stableAfter;
    this.#abandon();
    if (wasStable) this.#attempt = 0;
    const { reconnect, why, needsToken } = wasOpen ? ending(code) : unreachable;
    if (!reconnect) return this.#tell({ kind: 'stopped', why: reason ? `${why} (${reason})` : why, needsToken });
    const delay = backoffDelay(this.#attempt++, this.random);
    this.#timer = this.timers.set(() => this.connect(), delay);
    this.#tell({ kind: 'waiting', until: this.now() + delay, why });
    if (!wasOpen) this.#askWhy();
  }

  /** Trying again with the same token, or without one, would only be refused again. */
  async #askWhy() {
    const { state } = this;
    const why = await this.whyRefused();
    if (!why || this.state !== state) return;
    this.timers.clear(this.#timer);
    this.#attempt = 0;
    this.#tell({ kind: 'stopped', why, needsToken: true });
  }

  /** Forgets the socket and the timer; tells `onClose` if the socket was open. */
  #abandon() {
    this.timers.clear(this.#timer);
    const socket = this.#socket;
    const wasOpen = this.#openedAt !== null;
    this.#socket = null;
    this.#openedAt = null;
    socket?.close();
    if (wasOpen) this.onClose();
  }

  #tell(state) {
    this.state = state;
    this.onState(state);
  }
}

const openSocket = ({ address, protocols }) => new WebSocket(address, protocols);

const browserTimers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer),
};
