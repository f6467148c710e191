// hello.js — Asks for a name in a small dialog.

import { byId, setText } from './dom.js';
import { nameFault } from './rules.js';

/** Resolves to the name chosen, or to null when the person turns away, which is only possible when it is not `required`. */
export function askName({ suggestion, required }) {
  const dialog = byId('hello');
  const input = byId('hello-name');
  input.value = suggestion;
  setText(byId('hello-fault'), '');
  setText(byId('hello-go'), required ? 'Start chatting' : 'Change name');
  byId('hello-cancel').hidden = required;
  dialog.showModal();
  input.select();

  const { promise, resolve } = deferred();
  const listening = new AbortController();
  const on = (target, event, handler) => target.addEventListener(event, handler, { signal: listening.signal });
  const finish = (name) => {
    listening.abort();
    dialog.close();
    resolve(name);
  };
  on(byId('hello-form'), 'submit', (event) => {
    event.preventDefault();
    const name = input.value.trim();
    const fault = nameFault(name);
    if (fault) setText(byId('hello-fault'), fault);
    else finish(name);
  });
  on(byId('hello-cancel'), 'click', () => finish(null));
  on(dialog, 'cancel', (event) => {
    event.preventDefault();
    if (!required) finish(null);
  });
  // A browser lets a second Escape close a dialog that refused the first.
  on(dialog, 'close', () => required && !dialog.open && dialog.showModal());
  return promise;
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}
