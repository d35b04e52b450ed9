// The upload: what is chosen, dropped or pasted is sent at once, each file by itself.

import { askBeforeLeaving } from './upload-leaving.js';
import { List } from './upload-list.js';
import { pick, work } from './upload-picking.js';
import { Queue } from './upload-queue.js';
import { words } from './upload-words.js';

const form = document.querySelector('[data-upload]');
const field = form.elements.name;
const problem = form.querySelector('[data-problem]');
const queue = new Queue();

function complain(sentence) {
  const banner = form.querySelector('[data-banner]').content.cloneNode(true);
  banner.querySelector('.banner > div').textContent = sentence;
  problem.replaceChildren(banner);
}

function take(files) {
  const name = form.classList.contains('working') ? '' : field.value.trim();
  if (name && files.length > 1) {
    complain(words('name-for-one'));
    field.closest('details').open = true;
    field.focus();
    return;
  }
  problem.replaceChildren();
  field.value = '';
  work(true);
  queue.add(files, name);
}

function rest() {
  work(false);
  form.elements.files.focus();
}

new List(queue, rest); // it lives by the events of the queue
pick(take);
askBeforeLeaving(() => queue.isBusy);
