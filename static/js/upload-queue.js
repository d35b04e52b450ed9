// The files on their way, three at a time. A file is in one of these states:
//   waiting · uploading · making (its thumbnails) · pausing (it goes on by itself) · done · refused · stopped (by hand only)

import { fault } from './upload-judging.js';
import { limits, now, renew, rowOf } from './upload-server.js';
import { PAUSES_S, outcomeFor } from './upload-trying.js';
import { words } from './upload-words.js';

const AT_ONCE = 3;
const UNDER_WAY = ['uploading', 'making', 'pausing'];
const ENDS = { lost: 'lost-for-good', busy: 'busy-for-long', stale: 'failed', failed: 'failed' };

// 128 random bits as 22 characters. Whatever is sent again under a key is kept once. (randomUUID wants https.)
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').slice(0, 22);
}

/** Tells of every change of an item by an event 'change', and by 'end' when nothing is under way or waiting any more. */
export class Queue extends EventTarget {
  items = [];

  trouble = '';

  #later;

  constructor() {
    super();
    window.addEventListener('online', () => this.#completeSoon(0));
  }

  in(...states) {
    return this.items.filter((item) => states.includes(item.state));
  }

  get open() {
    return this.in('waiting', ...UNDER_WAY);
  }

  get isBusy() {
    return this.open.length > 0;
  }

  /** Those that may still be called back: of which the server has not got all. */
  get rest() {
    return this.in('waiting', 'uploading', 'pausing');
  }

  get #incomplete() {
    return this.in('done').filter(({ row }) => !row);
  }

  async add(files, name = '') {
    const items = files.map((file) => ({ file, name, key: newKey(), sent: 0 }));
    this.items.push(...items);
    for (const item of items) this.#set(item, 'waiting');
    for (const item of items) {
      const why = await fault(item.file, limits);
      item.isJudged = true;
      if (why && item.state === 'waiting') this.#set(item, 'refused', why);
      this.#next();
    }
  }

  cancel(items) {
    for (const item of items) {
      item.cancelling?.abort();
      this.#set(item, 'stopped', words('cancelled'));
    }
    this.#next();
  }

  remove(item) {
    this.items.splice(this.items.indexOf(item), 1);
  }

  async retry(items) {
    for (const item of items) this.#set(item, 'pausing', words('waiting'));
    this.trouble = await renew();
    for (const item of items) if (item.state === 'pausing') this.#set(item, 'waiting');
    if (this.trouble) this.#hold();
    this.#next();
  }

  #set(item, state, note = '', sent = item.sent) {
    Object.assign(item, { state, note, sent, isRetriable: state === 'stopped' || note === words('no-room') });
    this.#tell(item);
    if (!this.isBusy) this.dispatchEvent(new Event('end'));
  }

  #tell(item) {
    this.dispatchEvent(new CustomEvent('change', { detail: item }));
  }

  // Whoever is signed out sends nothing more until he is heard of.
  #hold() {
    for (const item of this.in('waiting')) this.#set(item, 'stopped', words(this.trouble));
  }

  // What does not fit beside those under way waits for them: one of them may be refused, and leave its room.
  #next() {
    for (const item of this.in('waiting').filter((one) => one.isJudged)) {
      const others = this.in(...UNDER_WAY);
      if (others.length >= AT_ONCE) return;
      const taken = others.reduce((sum, other) => sum + other.file.size, 0);
      if (item.file.size <= now.free - taken) this.#run(item);
      else if (item.file.size > now.free || !others.length) this.#set(item, 'refused', words('no-room'));
    }
  }

  async #run(item) {
    const { signal } = item.cancelling = new AbortController();
    const tell = (state, note = '', sent = 0) => this.#set(item, state, note, sent);
    const outcome = await outcomeFor(item, signal, tell);
    if (!signal.aborted) await this.#settle(item, outcome);
    this.#next();
  }

  // Rows that did not come with their pictures are asked for again: at once where the connection is known to be back,
  // after failures in pauses that get longer.
  #completeSoon(failures) {
    clearTimeout(this.#later);
    const seconds = [0, ...PAUSES_S][failures];
    if (seconds === undefined || !this.#incomplete.length) return;
    this.#later = setTimeout(() => this.#complete(failures), seconds * 1000);
  }

  async #complete(failures) {
    for (const item of this.#incomplete) {
      const row = await rowOf(item.picture);
      if (!row || item.row) continue;
      item.row = row;
      this.#tell(item);
    }
    this.#completeSoon(failures + 1);
  }

  async #settle(item, outcome) {
    if (outcome.is === 'kept') {
      item.picture = outcome.picture;
      item.row = await rowOf(outcome.picture);
      if (!item.row) now.free -= outcome.picture.bytes;
      this.trouble = '';
      this.#set(item, 'done', words('done'));
      this.#completeSoon(item.row ? 0 : 1);
    } else if (outcome.is === 'refused') {
      this.#set(item, 'refused', outcome.error === 'quota_full' ? words('no-room') : outcome.message);
    } else if (outcome.is in ENDS) {
      this.#set(item, 'stopped', outcome.message ?? words(ENDS[outcome.is]));
    } else {
      this.trouble = outcome.is;
      this.#set(item, 'stopped', words(outcome.is));
      this.#hold();
    }
  }
}
