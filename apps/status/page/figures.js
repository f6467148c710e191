// figures.js — What the status page shows: each plot with its lines, and how each line's value follows from two events.

import { quantile, rate } from './rates.js';
import { bytes, number, seconds } from './units.js';

const level = (key) => (before, now) => now[key];
const perSecond = (key) => (before, now) => (before ? rate(before, now, key) : null);
const within = (key, share) => (before, now) => (before ? quantile(now.bounds, before[key], now[key], share) : null);
const latency = (key) => [{ name: '50 % within', value: within(key, 0.5) }, { name: '99 % within', value: within(key, 0.99) }];

/** `lines` have a value for each event, made of the one before it (null at the start) and itself. */
export const plots = [
  { id: 'sessions', title: 'Sessions and connections', unit: number, lines: [{ name: 'sessions', value: level('sessions') }, { name: 'connections', value: level('connections') }] },
  { id: 'rooms', title: 'Rooms', unit: number, lines: [{ name: 'rooms', value: level('rooms') }] },
  { id: 'messages', title: 'Messages per second', unit: number, lines: [{ name: 'from clients', value: perSecond('messages_in') }, { name: 'delivered', value: perSecond('delivered') }] },
  { id: 'bytes', title: 'Bytes per second', unit: bytes, lines: [{ name: 'in', value: perSecond('bytes_in') }, { name: 'out', value: perSecond('bytes_out') }] },
  { id: 'fan-out', title: 'Fan-out', unit: seconds, lines: latency('fan_out') },
  { id: 'loop-lag', title: 'Lag of the event loops', unit: seconds, lines: latency('loop_lag') },
  { id: 'handshake', title: 'Handshake', unit: seconds, lines: latency('handshake') },
  { id: 'entries', title: 'Handshakes per second', unit: number, lines: [{ name: 'let in', value: perSecond('welcomed') }, { name: 'refused', value: perSecond('refused') }] },
  { id: 'queued', title: 'Waiting for slow clients', unit: bytes, lines: [{ name: 'queued', value: level('queued_bytes') }] },
  { id: 'lost', title: 'Lost to slow clients, per second', unit: number, lines: [{ name: 'messages dropped', value: perSecond('dropped') }, { name: 'closed', value: perSecond('closed_slow') }] },
];
