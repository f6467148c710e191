// status.js — Draws what the server tells each second.

import { Events } from './events.js';
import { plots } from './figures.js';
import { Plot } from './plot.js';

const drawn = plots.map((each) => new Plot(each));
document.getElementById('plots').append(...drawn.map((plot) => plot.element));

let before = null;

function show(stream, text) {
  document.documentElement.dataset.stream = stream;
  const state = document.getElementById('state');
  if (state.textContent !== text) state.textContent = text; // so that a screen reader is told only what is new
}

function onEvent(now) {
  for (const plot of drawn) plot.add(before, now);
  before = now;
  show('live', now.draining ? `Shutting down, ${now.sessions} left` : 'Live');
}

function onLost() {
  if (before) for (const plot of drawn) plot.add(null, null);
  before = null;
  show('waiting', 'The server does not answer; trying again');
}

new Events({ address: 'status/events', onEvent, onLost }).connect();
