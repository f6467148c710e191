// drawers.js — On a narrow screen the rooms and the members are drawers over the conversation; this opens and closes them.

import { byId } from './dom.js';

const narrow = matchMedia('(max-width: 760px)');
const noMembersColumn = matchMedia('(max-width: 1100px)');

export class Drawers {
  #app = byId('app');
  #opener = null; // what had the focus before a drawer opened

  constructor() {
    byId('open-sidebar').addEventListener('click', () => this.#open('sidebar'));
    byId('toggle-members').addEventListener('click', () => this.#toggleMembers());
    for (const id of ['close-sidebar', 'close-members', 'backdrop']) byId(id).addEventListener('click', () => this.close());
    document.addEventListener('keydown', (event) => event.key === 'Escape' && this.close());
    for (const query of [narrow, noMembersColumn]) query.addEventListener('change', () => this.#settle());
    this.#settle();
  }

  close() {
    const wasOpen = this.#app.dataset.drawer;
    delete this.#app.dataset.drawer;
    this.#settle();
    if (wasOpen) this.#opener?.focus();
  }

  #open(drawer) {
    this.#opener = document.activeElement;
    this.#app.dataset.drawer = drawer;
    this.#settle();
    byId(drawer).querySelector('button').focus();
  }

  #toggleMembers() {
    if (noMembersColumn.matches) this.#open('members');
    else this.#app.classList.toggle('without-members');
    this.#settle();
  }

  /** What cannot be seen cannot be reached by the keyboard either. */
  #settle() {
    const { drawer } = this.#app.dataset;
    byId('sidebar').inert = narrow.matches && drawer !== 'sidebar';
    byId('members').inert = noMembersColumn.matches ? drawer !== 'members' : this.#app.classList.contains('without-members');
    document.querySelector('main').inert = Boolean(drawer) && (narrow.matches || noMembersColumn.matches);
    byId('open-sidebar').setAttribute('aria-expanded', String(drawer === 'sidebar'));
    byId('toggle-members').setAttribute('aria-expanded', String(!byId('members').inert));
  }
}
