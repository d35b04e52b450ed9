// The list of files: their rows, what they come to in all, and one sentence at the end for those who listen.

import { Row, keepFocus } from './upload-row.js';
import { announce, words } from './upload-words.js';

const section = document.getElementById('queue');
const list = section.querySelector('.files');
const bar = section.querySelector('progress');
const deeds = (name) => section.querySelector(`[data-deed="${name}"]`);
const SOON_S = 3; // before that nobody can tell how long it takes
const SETTLED = ['done', 'refused', 'stopped'];

export class List {
  #queue;

  #rows = new Map();

  #began = 0;

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

  #saidLost = false;

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
    const { items } = this.#queue;
    const all = items.reduce((sum, { file }) => sum + file.size, 0);
    const gone = items.reduce((sum, one) => sum + (SETTLED.includes(one.state) ? one.file.size : one.sent), 0);
    const isBusy = this.#queue.isBusy;
    if (!isBusy) this.#began = 0;
    else if (!this.#began) this.#began = performance.now() - 1;
    document.getElementById('queue-h').textContent = words('sum', { done: this.#queue.in('done').length, all: items.length });
    bar.value = all ? gone / all : 1;
    section.querySelector('[data-sum]').textContent = this.#told(['uploading', 'waiting', 'refused', 'stopped'], this.#left(gone, all));
    deeds('cancel-rest').hidden = !this.#queue.rest.length;
    deeds('retry-all').hidden = this.#queue.in('stopped').length < 2;
    section.querySelector('[data-signed-out]').hidden = this.#queue.trouble !== 'signed-out';
  }

  #told(names, more = '') {
    const states = { kept: ['done'], uploading: ['uploading', 'making', 'pausing'] };
    const counted = names.map((name) => [name, this.#queue.in(...states[name] ?? [name]).length]);
    const parts = counted.filter(([, n]) => n).map(([name, n]) => words(`n-${name}`, { n }));
    return [...parts, more].filter(Boolean).join(' · ');
  }

  #left(gone, all) {
    const seconds = (performance.now() - this.#began) / 1000;
    const left = Math.ceil((seconds * (all - gone)) / gone);
    if (!this.#began || seconds < SOON_S || !Number.isFinite(left) || left < 1) return '';
    return left < 90 ? words('seconds-left', { n: left }) : words('minutes-left', { n: Math.round(left / 60) });
  }
}
