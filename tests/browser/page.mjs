// page.mjs — The chat page in a real browser, as a test uses it: enter, join, say, and wait for what is shown.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const patience = 15_000; // ms until something awaited counts as missing

export function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHORUS_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });
}

export class ChatPage {
  complaints = []; // errors of the page's scripts, refusals of its content policy

  /** Opens the page in a tab of `context` and enters as `name`. */
  static async enter(context, host, name, room = '', scheme = 'http') {
    const it = new ChatPage(await context.newPage(), host, scheme);
    await it.page.goto(it.address(room));
    await it.page.fill('#hello-name', name);
    await it.page.press('#hello-name', 'Enter');
    await it.online();
    return it;
  }

  constructor(page, host, scheme) {
    this.page = page;
    this.host = host;
    this.scheme = scheme;
    page.setDefaultTimeout(patience);
    page.on('pageerror', (error) => this.complaints.push(error.stack));
    page.on('dialog', (dialog) => (this.complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
    // A server that is down is part of the tests; the browser tells that as an error of its own.
    page.on('console', (line) => line.type() === 'error' && !/WebSocket connection to|Failed to load resource/.test(line.text()) && this.complaints.push(line.text()));
  }

  address(room = '') {
    return `${this.scheme}://${this.host}/${room && `#${encodeURIComponent(room)}`}`;
  }

  state(kind) {
    return this.page.waitForSelector(`html[data-connection="${kind}"]`, { state: 'attached' });
  }

  online() {
    return this.state('online');
  }

  /** Opens a room by its name and waits until the server has answered. */
  async join(room) {
    await this.page.fill('#join-name', room);
    await this.page.press('#join-name', 'Enter');
    await this.inRoom(room);
  }

  async inRoom(room) {
    await this.page.locator('#room-name', { hasText: room }).waitFor();
    await this.page.locator('#room-about', { hasText: /member/ }).waitFor();
  }

  async show(room) {
    await this.roomButton(room).click();
    await this.page.locator('#room-name', { hasText: room }).waitFor();
  }

  roomButton(room) {
    return this.page.locator('.room-button', { has: this.page.getByText(room, { exact: true }) });
  }

  async say(text) {
    await this.page.fill('#text', text);
    await this.page.press('#text', 'Enter');
  }

  /** Waits until `text` stands among what was said (not among what is still to be sent). */
  async sees(text) {
    await this.page.locator('#entries .bubble').getByText(text, { exact: true }).first().waitFor();
  }

  async notes(text) {
    await this.page.locator('.noted', { hasText: text }).first().waitFor();
  }

  /** Everything said in the room that is shown, in order. */
  said() {
    return this.page.locator('#entries .bubble').allTextContents();
  }

  own() {
    return this.page.locator('#entries .mine .bubble').allTextContents();
  }

  pending() {
    return this.page.locator('#outbox .bubble').allTextContents();
  }

  members() {
    return this.page.locator('#member-list bdi').allTextContents();
  }

  /** Waits until a function of the page's document gives true. */
  until(condition, argument) {
    return this.page.waitForFunction(condition, argument);
  }

  hasNoComplaints() {
    assert.deepEqual(this.complaints, []);
  }
}
