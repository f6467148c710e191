// sidebar.js — Draws the rooms beside the conversation, who is in the room that is shown, and who this page is.

import { avatar, byId, element, icon, initial, reconcile, setText, tint } from './dom.js';
import { LOBBY } from './room.js';
import { counted, roomTitle } from './wording.js';

const mostTold = 99;
const presenceLimit = 200; // beyond it the server no longer tells who comes and goes

/** Draws the list of rooms. Its buttons stay the same elements, so that one who is on a button stays there. */
export function drawRooms(conversation, onShow) {
  const list = byId('rooms');
  const rooms = [...conversation.rooms.values()];
  reconcile(list, rooms.map(({ name }) => ({ key: `room-${name}`, signature: '', make: () => roomItem(name, onShow) })));
  rooms.forEach((room, index) => drawRoom(list.children[index].firstElementChild, room, room.name === conversation.active));
}

function roomItem(name, onShow) {
  const badge = element('span', { className: 'badge', hidden: true });
  const label = element('bdi', { className: 'room-label', textContent: roomTitle(name) });
  const button = element('button', { type: 'button', className: 'room-button', title: roomTitle(name), onclick: () => onShow(name) });
  button.append(icon(name === LOBBY ? 'everyone' : 'room'), label, badge);
  return element('li', {}, button);
}

function drawRoom(button, room, active) {
  const badge = button.querySelector('.badge');
  badge.hidden = room.unread === 0;
  setText(badge, room.unread > mostTold ? `${mostTold}+` : String(room.unread));
  badge.title = counted(room.unread, 'unread message', 'unread messages');
  button.classList.toggle('unread', room.unread > 0);
  if (active) button.setAttribute('aria-current', 'true');
  else button.removeAttribute('aria-current');
}

/** Draws the head of the room that is shown. */
export function drawHead(room) {
  const inLobby = room.name === LOBBY;
  setText(byId('room-name'), roomTitle(room.name));
  setText(byId('room-about'), inLobby ? 'Whoever is connected reads this' : membership(room));
  byId('leave').hidden = inLobby;
  byId('toggle-members').hidden = inLobby;
}

const membership = (room) => (room.joined ? counted(room.memberCount, 'member', 'members') : 'Waiting for the server');

export function drawMembers(room, me) {
  const names = [...room.members].sort((one, other) => one.localeCompare(other));
  const isMe = (name) => name === me;
  reconcile(byId('member-list'), names.map((name) => ({ key: name, signature: isMe(name), make: () => member(name, isMe(name)) })));
  setText(byId('member-count'), room.memberCount.toLocaleString());
  byId('member-list').classList.toggle('absent', !room.joined);
  const others = room.memberCount - names.length;
  const more = others > 0 ? `and ${counted(others, 'other', 'others')}` : '';
  setText(byId('members-more'), room.memberCount > presenceLimit ? `${more}, when you joined` : more);
}

function member(name, isMe) {
  const item = element('li', {}, avatar(name), element('bdi', { textContent: name, title: name }));
  if (isMe) item.append(element('span', { className: 'you', textContent: 'you' }));
  return item;
}

/** Draws who this page is, and in a word how it is connected. */
export function drawSelf(name, state) {
  setText(byId('self-name'), name);
  byId('self-name').title = name;
  setText(byId('self-avatar'), initial(name));
  tint(byId('self-avatar'), name);
  setText(byId('lamp-text'), { connecting: 'connecting', online: 'online', waiting: 'reconnecting', stopped: 'offline' }[state.kind]);
}
