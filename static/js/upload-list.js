// The list of files: their rows, what they come to in all, and one sentence at the end for those who listen.

import { Row, keepFocus } from './upload-row.js';
import { announce, words } from './upload-words.js';

const section = document.getElementById('queue');
const list = section.querySelector('.files');
const head = section.querySelector('.sum');
const heading = document.getElementById('queue-h');
const bar = section.querySelector('progress');
const deeds = (name) => section.querySelector(`[data-deed="${name}"]`);
const SOON_S = 3; // before that nobody can tell how long it takes

export class List {
  #queue;

  #rows = new Map();

  #began = null;

  #saidLost = false;

  constructor(queue, emptied) {
    this.#queue = queue;
    queue.addEventListener('change', ({ detail }) => this.#show(detail));
    queue.addEventListener('end', () => announce(this.#told(['kept', 'refused', 'stopped'])));
    section.addEventListener('click', ({ target }) => {
      const deed = target.closest('[data-deed]')?.dataset.deed;
      const item = [...this.#rows.keys()].find((one) => this.#rows.get(one).element.contains(target));
      if (deed === 'cancel') queue.cancel([item]);
      else if (deed === 'retry') queue.retry([item]);
      else if (deed === 'remove') this.#remove(item, emptied);
      else if (deed === 'cancel-rest') queue.cancel(queue.rest);
      else if (deed === 'retry-all') queue.retry(queue.in('stopped'));
    });
  }

  #show(item) {
    if (!this.#rows.has(item)) {
      this.#rows.set(item, new Row(item));
      list.append(this.#rows.get(item).element);
      section.hidden = false;
    }
    const row = this.#rows.get(item);
    row.show(item);
    if (item.state === 'pausing' && item.note === words('lost')) this.#lost(item.note);
    else if (item.state === 'making') this.#saidLost = false;
    this.#sum();
  }

  #lost(sentence) {
    if (!this.#saidLost) announce(sentence);
    this.#saidLost = true;
  }

  #remove(item, emptied) {
    const row = this.#rows.get(item);
    const { nextElementSibling, previousElementSibling } = row.element;
    this.#queue.remove(item);
    this.#rows.delete(item);
    keepFocus(row, () => {
      row.element.remove();
      const stops = [...(nextElementSibling ?? previousElementSibling)?.querySelectorAll('button, a') ?? []];
      return stops.find((one) => one.checkVisibility());
    });
    this.#sum();
    section.hidden = !this.#rows.size;
    if (section.hidden) emptied();
  }

  #sum() {
    const { items, isBusy } = this.#queue;
    const bytes = (some, of) => some.reduce((sum, item) => sum + of(item), 0);
    const size = ({ file }) => file.size;
    const kept = this.#queue.in('done');
    const gone = bytes(kept, size) + bytes(this.#queue.open, ({ sent }) => sent);
    const left = bytes(this.#queue.open, ({ file, sent }) => file.size - sent);
    // While all that was begun waits for the connection, nobody can tell how long it takes.
    const rests = !isBusy || (this.#queue.in('pausing').length > 0 && !this.#queue.in('uploading', 'making').length);
    if (rests) this.#began = null;
    else this.#began ??= { at: performance.now(), gone };
    const counts = { done: kept.length, all: items.length };
    heading.textContent = words('sum', counts);
    // What is refused is not on its way, and most of it never was.
    bar.value = gone / (bytes([...kept, ...this.#queue.open, ...this.#queue.in('stopped')], size) || 1);
    const told = this.#told(['uploading', 'waiting', 'refused', 'stopped'], rests ? '' : this.#timeFor(left, gone));
    section.querySelector('[data-sum]').textContent = told;
    keepFocus({ element: head }, () => {
      deeds('cancel-rest').hidden = !this.#queue.rest.length;
      deeds('retry-all').hidden = this.#queue.in('stopped').length < 2;
      section.querySelector('[data-signed-out]').hidden = this.#queue.trouble !== 'signed-out';
      return heading;
    });
  }

  #told(names, more = '') {
    const states = { kept: ['done'], uploading: ['uploading', 'making'], waiting: ['waiting', 'pausing'] };
    const counted = names.map((name) => [name, this.#queue.in(...states[name] ?? [name]).length]);
    const parts = counted.filter(([, n]) => n).map(([name, n]) => words(`n-${name}`, { n }));
    return [...parts, more].filter(Boolean).join(' · ');
  }

  // What these bytes may take, going by those that went since the list was last at rest.
  #timeFor(left, gone) {
    const seconds = (performance.now() - this.#began.at) / 1000;
    const more = Math.ceil((seconds * left) / (gone - this.#began.gone));
    if (seconds < SOON_S || !Number.isFinite(more) || more < 1) return '';
    return more < 90 ? words('seconds-left', { n: more }) : words('minutes-left', { n: Math.round(more / 60) });
  }
}
