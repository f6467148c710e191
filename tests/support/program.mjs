// program.mjs — Starts one of the programs under test and knows when it is ready and how it ended.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

const readyLine = /^listening on (wss?:\/\/(\S+)\/ws)$/m;
const readyWithin = 20_000; // ms; a sanitized build on a busy machine takes its time

/** The folder with the programs: the first argument, else CHORUS_BIN_DIR. */
export function programFolder() {
  const folder = process.argv[2] ?? process.env.CHORUS_BIN_DIR;
  if (!folder) throw new Error('name the folder with the programs: as the first argument or in CHORUS_BIN_DIR');
  return folder;
}

/**
 * Starts program `name` with `--listen` and `options`, and resolves when it says that it listens:
 * { url, host, stop(signal) }, where `stop` resolves to the exit code (null when a signal ended it).
 */
export async function start(name, options = [], listen = '127.0.0.1:0') {
  const child = spawn(path.join(programFolder(), name), ['--listen', listen, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit').then(([code]) => code);
  running.add(child);
  exited.then(() => running.delete(child), () => running.delete(child));
  const stop = (signal = 'SIGTERM') => (child.kill(signal), exited);
  const [, url, host] = await Promise.race([readyLineOf(child), endOf(exited, name), tooLate(name)]);
  return { url, host, stop };
}

function readyLineOf(child) {
  return new Promise((resolve) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      const match = said.match(readyLine);
      if (match) resolve(match);
    });
  });
}

async function endOf(exited, name) {
  throw new Error(`${name} ended with ${await exited} before it was ready`);
}

async function tooLate(name) {
  await setTimeout(readyWithin, undefined, { ref: false });
  throw new Error(`${name} is not ready after ${readyWithin} ms`);
}

// A test that fails must not leave a server behind.
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
