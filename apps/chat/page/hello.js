// hello.js — Asks for a name, or for a token, in a small dialog.

import { byId, setText } from './dom.js';
import { nameFault, tokenFault } from './rules.js';

/** Resolves to the name chosen, or to null when the person turns away, which is only possible when it is not `required`. */
export function askName({ suggestion, required }) {
  const title = 'What should others call you?';
  return ask({ title, label: 'Your name', go: required ? 'Start chatting' : 'Change name', suggestion, required, faultOf: nameFault });
}

/** Resolves to the token, or to null when the person has none. */
export function askToken(title) {
  return ask({ title, label: 'Your token', go: 'Enter', secret: true, faultOf: tokenFault });
}

function ask({ title, label, go, suggestion = '', required = false, secret = false, faultOf }) {
  const dialog = byId('hello');
  if (dialog.open) return Promise.resolve(null); // one question at a time
  const input = byId('hello-name');
  input.value = suggestion;
  input.type = secret ? 'password' : 'text';
  input.placeholder = label;
  input.maxLength = secret ? 8192 : 64;
  setText(byId('hello-title'), title);
  setText(byId('hello-label'), label);
  setText(byId('hello-fault'), '');
  setText(byId('hello-go'), go);
  byId('hello-cancel').hidden = required;
  dialog.showModal();
  input.select();

  const { promise, resolve } = deferred();
  const listening = new AbortController();
  const on = (target, event, handler) => target.addEventListener(event, handler, { signal: listening.signal });
  const finish = (answer) => {
    listening.abort();
    input.value = '';
    dialog.close();
    resolve(answer);
  };
  on(byId('hello-form'), 'submit', (event) => {
    event.preventDefault();
    const answer = input.value.trim();
    const fault = faultOf(answer);
    if (fault) setText(byId('hello-fault'), fault);
    else finish(answer);
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
