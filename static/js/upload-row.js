// One file's row in the list: made from the template, and in the end replaced by the server's own for its picture.

import { preview } from './upload-preview.js';
import { megabytes, words } from './upload-words.js';

const template = document.getElementById('row').content;
const COLOURS = { pausing: 'warn', refused: 'bad', stopped: 'bad', done: 'ok' };

const firstStop = (row) => [...row.querySelectorAll('a, button')].find((one) => one.checkVisibility());

/** Move the focus to what `change` gives, if it was in the row's element and what had it is gone by the change. */
export function keepFocus(row, change) {
  const had = row.element.contains(document.activeElement);
  const other = change();
  if (had && !document.activeElement?.checkVisibility({ visibilityProperty: true })) other?.focus();
  else if (had && document.activeElement === document.body) other?.focus();
}

export class Row {
  element = template.firstElementChild.cloneNode(true);

  #title;

  #bar;

  #status;

  // The icons of a file that may become a picture, and of one that will not.
  #yes;

  #no;

  constructor(item) {
    const { element } = this;
    element.tabIndex = -1; // for the focus while there is nothing to be done
    const name = item.name || item.file.name;
    this.#title = element.querySelector('.name');
    this.#title.textContent = this.#title.title = name;
    this.#bar = element.querySelector('progress');
    this.#bar.ariaLabel = name;
    this.#yes = element.querySelector('use').getAttribute('href');
    this.#no = this.#yes.replace(/#.*/, '#ban');
    this.#status = element.querySelector('.st');
    for (const button of element.querySelectorAll('[data-deed]')) {
      button.ariaLabel = words(button.dataset.deed, { name });
      button.title = button.ariaLabel;
    }
  }

  show(item) {
    keepFocus(this, () => {
      if (item.state === 'done') this.#finish(item);
      else this.#draw(item);
      return firstStop(this.element) ?? this.element;
    });
  }

  #draw({ file, state, note, sent, isRetriable }) {
    const moves = state === 'uploading' || state === 'making';
    const total = megabytes(file.size);
    const share = file.size && sent / file.size;
    this.#bar.hidden = !moves;
    if (state === 'making') this.#bar.removeAttribute('value');
    else this.#bar.value = share;
    this.#status.className = `st ${COLOURS[state] ?? ''}`;
    this.#status.lastElementChild.textContent = state === 'uploading'
      ? words('uploading', { percent: Math.floor(100 * share), sent: megabytes(sent), total })
      : note || words(state);
    this.element.querySelector('span.th use')?.setAttribute('href', state === 'refused' ? this.#no : this.#yes);
    if (state === 'uploading') preview(file, this.element.querySelector('.th'));
    this.#offer('retry', isRetriable);
    this.#offer('cancel', ['waiting', 'uploading', 'pausing'].includes(state));
    this.#offer('remove', state === 'refused' || state === 'stopped');
  }

  #offer(deed, given) {
    const button = this.element.querySelector(`[data-deed="${deed}"]`);
    if (button.hidden === given) button.hidden = !given;
  }

  #finish({ row, picture, note }) {
    if (row) {
      this.element.replaceWith(row);
      this.element = row;
      return;
    }
    // It is kept, and its row did not come, or not yet: its name leads to it.
    const link = Object.assign(document.createElement('a'), { href: picture.links.self, textContent: picture.name });
    this.#title.replaceChildren(link);
    this.#bar.hidden = true;
    this.#status.className = 'st ok';
    this.#status.querySelector('use').setAttribute('href', this.#yes.replace(/#.*/, '#check'));
    this.#status.lastElementChild.textContent = note;
    this.element.querySelector('.acts').replaceChildren();
  }
}
