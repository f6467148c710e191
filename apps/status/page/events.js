// events.js — The server's events, one each second, from a connection that comes back by itself.

const soon = 500; // ms until a stream that has ended is asked for again
const pause = 3000; // ms between two attempts that fail, and for how long a stream that has ended may be silent

/**
 * Calls `onEvent(event)` for each event, and `onLost()` when there are no more. The server ends each stream after some minutes, so one
 * that ends is lost only if the next tells nothing. A browser comes back to a stream that breaks, but not to one that was refused, so
 * that is done here, for both alike.
 */
export class Events {
  #told = 0; // events, ever

  constructor({ address, onEvent, onLost, open = (url) => new EventSource(url), later = (callback, ms) => setTimeout(callback, ms) }) {
    Object.assign(this, { address, onEvent, onLost, open, later });
  }

  connect() {
    const toldBefore = this.#told;
    const source = this.open(this.address);
    source.onmessage = ({ data }) => {
      this.#told++;
      this.onEvent(JSON.parse(data));
    };
    source.onerror = () => {
      source.close();
      source.onerror = source.onmessage = null;
      if (this.#told === toldBefore) this.#lost();
      else this.#ended();
    };
  }

  #lost() {
    this.onLost();
    this.later(() => this.connect(), pause);
  }

  /** The next attempt may neither succeed nor fail for a long time. */
  #ended() {
    const toldBefore = this.#told;
    this.later(() => this.connect(), soon);
    this.later(() => this.#told === toldBefore && this.onLost(), pause);
  }
}
