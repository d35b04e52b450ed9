// One file until something comes of it: where the connection is lost or the server is busy, it is sent again by itself,
// under the same key, so that what was kept without an answer is not kept twice.

import { isReadable } from './upload-judging.js';
import { send } from './upload-sending.js';
import { address, now, renew } from './upload-server.js';
import { words } from './upload-words.js';

/** Between tries, in seconds: after so many failures it stops. */
export const PAUSES_S = [2, 5, 15, 30];
const LONGEST_PAUSE_S = 120;
const AGAIN = ['lost', 'busy', 'stale'];

// While the browser knows that it is offline nothing is tried; coming back ends the pause.
function pause(seconds, isLost, signal) {
  return new Promise((resolve) => {
    const timer = isLost && !navigator.onLine ? undefined : setTimeout(end, seconds * 1000);
    function end() {
      clearTimeout(timer);
      window.removeEventListener('online', end);
      resolve();
    }
    if (isLost) window.addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}

async function sendOnce(item, signal, tell) {
  tell('uploading'); // at once: whoever looks for the next file must not find this one
  if (!await isReadable(item.file)) return { is: 'refused', message: words('unreadable') };
  if (signal.aborted) return { is: 'cancelled' };
  const fields = new FormData();
  fields.append('key', item.key);
  fields.append('name', item.name);
  fields.append('files', item.file);
  const heard = (sent, total) => {
    if (signal.aborted) return;
    if (sent === total) tell('making', words('making'), item.file.size);
    else tell('uploading', '', item.file.size * (sent / total));
  };
  return send(address, fields, now.token, heard, signal);
}

// After an answer that may be another one next time: whether it is worth asking for.
async function goesOn(outcome, failures, signal, tell) {
  if (outcome.is === 'stale') {
    const trouble = await renew();
    if (trouble) outcome.is = trouble;
    return !trouble;
  }
  tell('pausing', words(outcome.is));
  const seconds = Math.min(Math.max(PAUSES_S[failures], outcome.seconds ?? 0), LONGEST_PAUSE_S);
  await pause(seconds, outcome.is === 'lost', signal);
  return true;
}

/** The last outcome (upload-sending.js) for this item; `tell(state, note, bytes sent)` hears how it stands until then. */
export async function outcomeFor(item, signal, tell) {
  for (let failures = 0; ; failures += 1) {
    const outcome = await sendOnce(item, signal, tell);
    if (signal.aborted || !AGAIN.includes(outcome.is) || failures === PAUSES_S.length) return outcome;
    if (!await goesOn(outcome, failures, signal, tell) || signal.aborted) return outcome;
  }
}
