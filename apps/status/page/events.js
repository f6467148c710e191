// events.js — The server's events, one each second, from a connection that comes back by itself.

const pause = 3000; // ms between two attempts

/**
 * Calls `onEvent(event)` for each event and `onLost()` when the connection ends. A browser comes back to a stream that breaks, but not
 * to one that was refused, so that is done here, for both alike.
 */
export class Events {
  constructor({ address, onEvent, onLost, open = (url) => new EventSource(url), later = (callback) => setTimeout(callback, pause) }) {
    Object.assign(this, { address, onEvent, onLost, open, later });
  }

  connect() {
    const source = this.open(this.address);
    source.onmessage = ({ data }) => this.onEvent(JSON.parse(data));
    source.onerror = () => {
      source.close();
      source.onerror = source.onmessage = null;
      this.onLost();
      this.later(() => this.connect());
    };
  }
}
