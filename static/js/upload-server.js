// What the page asks the server beside sending files: whether somebody is still signed in, how much room is left, and the
// finished rows, which it draws.

import { fetchPage } from './shell.js';

const form = document.querySelector('[data-upload]');
const rest = () => document.getElementById('rest');
const room = (element) => (element.dataset.free === undefined ? Infinity : Number(element.dataset.free));
const PATIENCE_MS = 30_000; // after so long without an answer the connection is as good as lost
let asked = 0;
let shown = 0;

function patience() {
  const waiting = new AbortController();
  setTimeout(() => waiting.abort(), PATIENCE_MS);
  return waiting.signal;
}

export const address = form.action;
export const limits = { bytes: Number(form.dataset.maxFileBytes), formats: form.dataset.formats.split(' ') };
/** What belongs to the sign-in: the token of every form, and bytes that are free, without a limit Infinity. */
export const now = { token: form.elements.csrf_token.value, free: room(rest()) };

/**
 * Ask anew who is signed in, and with which token and room.
 * Gives '' where all is well, or could not be asked; else 'signed-out' or 'somebody-else'.
 */
export async function renew() {
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: 'application/json' }, cache: 'no-store', signal: patience() });
    if (answer.status === 401) return 'signed-out';
    if (!answer.ok) return '';
    const told = await answer.json();
    if (told.username !== form.dataset.username) return 'somebody-else';
    now.token = form.elements.csrf_token.value = told.csrf_token;
    now.free = told.free_bytes ?? Infinity;
  } catch { /* what is sent next finds out */ }
  return '';
}

/** The row of a kept picture as the server draws it, or null where it could not be fetched. Shows the room left. */
export async function rowOf(picture) {
  const turn = asked += 1;
  try {
    const { answer, page } = await fetchPage(`${form.dataset.uploaded}?id=${picture.id}`, { signal: patience() });
    const row = page.querySelector(`[data-kept="${picture.id}"]`);
    if (!row) throw new Error(answer.statusText);
    if (turn > shown) { // answers may come in another order than they were asked for
      shown = turn;
      rest().replaceWith(page.getElementById('rest'));
      now.free = room(rest());
    }
    return row;
  } catch {
    return null;
  }
}
