// The upload: what is chosen, dropped or pasted is sent at once, each file by itself.

import { List } from './upload-list.js';
import { pick, work } from './upload-picking.js';
import { Queue } from './upload-queue.js';
import { words } from './upload-words.js';

const form = document.querySelector('[data-upload]');
const field = form.elements.name;
const problem = form.querySelector('[data-problem]');
const queue = new Queue();
let held = [];

function send(files, name = '') {
  held = [];
  problem.replaceChildren();
  field.value = '';
  work(true);
  queue.add(files, name);
}

// A name is typed, and these are many: they are kept here until it is said what to do.
function hold(files) {
  held = files;
  field.closest('details').open = true;
  const banner = form.querySelector('[data-banner]').content.cloneNode(true);
  banner.querySelector('.banner > div').textContent = words('name-for-one', { n: files.length });
  problem.replaceChildren(banner);
  const button = problem.querySelector('[data-send-held]');
  button.addEventListener('click', () => {
    send(held);
    form.elements.files.focus();
  });
  button.focus();
}

const isSame = (one, other) => ['name', 'size', 'lastModified'].every((fact) => one[fact] === other[fact]);

function take(files) {
  const name = form.classList.contains('working') ? '' : field.value.trim();
  // A single one takes the place of those that are held; several are added to them, or are the same ones again.
  const all = files.length > 1 ? [...held.filter((one) => !files.some((file) => isSame(file, one))), ...files] : files;
  if (name && all.length > 1) hold(all);
  else send(all, name);
}

function rest() {
  work(false);
  form.elements.files.focus();
}

new List(queue, rest); // it lives by the events of the queue
pick(take);
// Leaving asks first, while something is under way or waiting, and never otherwise.
window.addEventListener('beforeunload', (event) => {
  if (queue.isBusy || held.length) event.preventDefault();
});
// Back in history the page may come up as it was left, with another sign-in's names, token and room.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});
