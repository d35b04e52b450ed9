// How files get here: chosen, taken with the camera, dropped anywhere on the page, pasted.

import { words } from './upload-words.js';

const form = document.querySelector('[data-upload]');
const zone = form.querySelector('.drop');
const invite = zone.querySelector('[data-invite]');
const more = zone.querySelector('[data-add]');
let over = null; // what a drag was last seen over: it enters the next element before it leaves the last
let isOurs = false; // a picture of this page that is dragged is no file to send

const carriesFiles = (event) => !isOurs && event.dataTransfer?.types.includes('Files');

function show() {
  const isWorking = form.classList.contains('working');
  zone.classList.toggle('over', over !== null);
  invite.textContent = words(over ? 'let-go' : isWorking ? 'invite-more' : 'invite');
  more.textContent = words(isWorking ? 'add-more' : 'add');
}

/** Whether there is a list below the zone, which is small then. */
export function work(isWorking) {
  form.classList.toggle('working', isWorking);
  document.querySelector('[data-gallery]').hidden = !isWorking;
  show();
}

/** Hand every file that comes to `take(files)`. */
export function pick(take) {
  for (const input of [form.elements.files, document.getElementById('camera')]) {
    const taken = () => {
      if (input.files.length) take([...input.files]);
      input.value = ''; // the same file may be chosen once more
    };
    input.addEventListener('change', taken);
    taken(); // what was chosen before this script was there
  }
  // Enter in the name's field asks for the files instead of sending none.
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    form.elements.files.focus();
  });
  document.addEventListener('paste', (event) => {
    if (event.clipboardData?.files.length) take([...event.clipboardData.files]);
  });
  document.addEventListener('dragstart', () => { isOurs = true; });
  document.addEventListener('dragend', () => { isOurs = false; });
  document.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    over = event.target;
    show();
  });
  document.addEventListener('dragleave', (event) => {
    if (event.target !== over) return;
    over = null;
    show();
  });
  document.addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    over = null;
    show();
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
}
