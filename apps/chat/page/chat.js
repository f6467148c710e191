// chat.js — Where the page begins: joins the connection, the conversation and what is drawn of it.

import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { Conversation } from './conversation.js';
import { byId, setText } from './dom.js';
import { Drawers } from './drawers.js';
import { askName, askToken } from './hello.js';
import { keepConversation, rememberName, rememberToken, suggestedName, tabName, tabToken, takeConversation } from './memory.js';
import { LOBBY } from './room.js';
import { roomFault } from './rules.js';
import { drawHead, drawMembers, drawRooms, drawSelf } from './sidebar.js';
import { Status } from './status.js';
import { Stream } from './stream.js';
import { whyRefused, withToken } from './token.js';
import { caughtUpText, roomTitle, titleText } from './wording.js';

const canHover = matchMedia('(hover: hover)'); // false on a phone, where focusing the box would open the keyboard

const drawers = new Drawers();
const status = new Status(retry);
const composer = new Composer({ onSay: say, onDraft: (text) => (shownRoom().draft = text) });
const stream = new Stream({ onRetry: (id) => conversation.retry(id), onEdit: edit, onDiscard: (id) => conversation.discard(id) });

const conversation = new Conversation({
  name: tabName() ?? '',
  onChange: drawSoon,
  onHeard: heard,
  onNotice: (text) => composer.notice(text),
  onCaughtUp: caughtUp,
  onDoubt: () => connection.renew(),
  onTokenExpired: (seconds) => showToken(`Your access ends in ${seconds} seconds. Do you have a fresh token?`),
});

const connection = new Connection({
  address: () => withToken(webSocketAddress(), token),
  whyRefused: () => whyRefused(webSocketAddress(), token),
  onState: connectionChanged,
  onOpen: (send) => conversation.opened(send),
  onText: (text) => conversation.receive(text),
  onClose: () => conversation.closed(),
});

let token = tabToken();
let composedFor = null; // the room whose draft is in the box
let drawing = null;
let wasLost = false; // the connection, since it was last well

start();

async function start() {
  recall();
  listen();
  if (location.hash) openRoomOfAddress();
  drawNow();
  if (!tabName()) rename(await askName({ suggestion: suggestedName(), required: true }));
  else connection.connect();
}

/** Beside the page itself, so that the page also works below a path of another server. */
function webSocketAddress() {
  const address = new URL('ws', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  address.search = '';
  address.searchParams.set('name', conversation.name);
  return address;
}

// --- what the person does ---

function listen() {
  byId('join').addEventListener('submit', joinTyped);
  byId('join-name').addEventListener('input', () => setText(byId('join-fault'), ''));
  byId('leave').addEventListener('click', () => conversation.leave(conversation.active));
  byId('rename').addEventListener('click', chooseOtherName);
  document.addEventListener('keydown', changeRoomByKey);
  addEventListener('hashchange', openRoomOfAddress);
  addEventListener('online', () => connection.hurry());
  document.addEventListener('visibilitychange', () => (document.hidden ? hidden() : visible()));
  addEventListener('pagehide', keep);
  addEventListener('pageshow', (event) => event.persisted && visible());
}

function joinTyped(event) {
  event.preventDefault();
  const input = byId('join-name');
  const name = input.value.trim().replace(/^#/, '');
  const fault = roomFault(name);
  if (fault) return setText(byId('join-fault'), fault);
  input.value = '';
  show(name);
}

function show(name) {
  if (conversation.rooms.has(name)) conversation.show(name);
  else conversation.join(name);
  drawers.close();
  if (canHover.matches) composer.focus();
}

function say(text) {
  conversation.say(conversation.active, text);
  drawNow();
  stream.toEnd();
}

/** Puts a text that was not delivered back into the box, in front of what is being written. */
function edit(entry) {
  conversation.discard(entry.id);
  composer.write([entry.text, composer.text].filter(Boolean).join('\n'));
  composer.focus();
}

async function chooseOtherName() {
  const name = await askName({ suggestion: conversation.name, required: false });
  if (name && name !== conversation.name) rename(name);
}

function rename(name) {
  rememberName(name);
  conversation.name = name;
  connection.connect();
}

function retry() {
  if (connection.state.needsToken) showToken(connection.state.why);
  else connection.retry();
}

/** Asks for a token and shows it to the server: within the connection, if there is one. */
async function showToken(why) {
  const shown = await askToken(why);
  if (!shown) return;
  token = shown;
  rememberToken(token);
  if (!conversation.renew(token)) connection.connect();
}

function changeRoomByKey(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !(event.altKey || event.ctrlKey) || event.shiftKey || event.metaKey) return;
  event.preventDefault();
  const names = [...conversation.rooms.keys()];
  show(names.at((names.indexOf(conversation.active) + step) % names.length));
}

/** `#room` in the address opens that room, so that a link can lead to it. */
function openRoomOfAddress() {
  const name = roomOfAddress();
  if (name !== conversation.active) show(name);
}

function roomOfAddress() {
  try {
    const name = decodeURIComponent(location.hash.slice(1));
    return roomFault(name) ? LOBBY : name;
  } catch {
    return LOBBY; // not a text in percent-encoding
  }
}

// --- what is remembered ---

function recall() {
  const kept = takeConversation();
  try {
    if (kept) conversation.restore(kept);
  } catch (error) {
    console.warn('what was kept of the conversation cannot be used', error);
  }
}

function keep() {
  keepConversation((messagesPerRoom) => conversation.snapshot(messagesPerRoom));
}

function hidden() {
  keep();
  drawing = null; // a frame asked for may not come before the page is seen again
  conversation.look(false);
}

function visible() {
  takeConversation(); // what is in memory is newer
  conversation.look(true);
  connection.hurry();
}

// --- what is heard and drawn ---

function connectionChanged(state) {
  status.show(state);
  wasLost ||= state.kind === 'waiting' || state.kind === 'stopped';
  if (state.needsToken) showToken(state.why);
  drawSoon();
}

function caughtUp(result) {
  if (wasLost || result.missed > 0 || !result.complete) status.say(caughtUpText(result));
  wasLost = false;
}

function heard(room, entry) {
  if (entry.mine || room.name !== conversation.active) return;
  stream.heard();
  byId('announcer').replaceChildren(`${entry.user}: ${entry.text}`);
}

function shownRoom() {
  return conversation.rooms.get(conversation.active);
}

/** Draws once for all that happens in one frame; a page in the background draws too, since its title counts what is unread. */
function drawSoon() {
  drawing ??= document.hidden ? setTimeout(drawNow, 100) : requestAnimationFrame(drawNow);
}

function drawNow() {
  drawing = null;
  const room = shownRoom();
  if (room !== composedFor) enter(room);
  drawRooms(conversation, show);
  drawHead(room);
  drawMembers(room, conversation.me);
  drawSelf(conversation.me ?? conversation.name, connection.state);
  stream.draw(room, conversation.outbox.inRoom(room.name));
  document.title = titleText(conversation.unread, roomTitle(room.name));
  byId('menu-dot').hidden = conversation.unread === 0;
}

function enter(room) {
  composedFor = room;
  composer.enter(room);
  const hash = room.name === LOBBY ? '' : `#${encodeURIComponent(room.name)}`;
  if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname + location.search);
  document.documentElement.dataset.room = room.name === LOBBY ? 'lobby' : 'room';
}
