// Buttons with data-copy put an address on the clipboard: their own, or that of the link beside them.

const DONE_MS = 2000;
const said = document.getElementById('say');

function say(sentence) {
  said.textContent = '';
  // An emptied region that is filled in the same turn is not read again.
  requestAnimationFrame(() => { said.textContent = sentence; });
}

function addressOf(button) {
  return button.dataset.copy || button.closest('li').querySelector('a[href]').href;
}

// The way that still works over plain http, where browsers give pages no clipboard.
function copiedBySelection(button, address) {
  const field = Object.assign(document.createElement('textarea'), { value: address, className: 'vh' });
  button.after(field);
  field.select();
  const worked = document.execCommand('copy');
  field.remove();
  button.focus();
  return worked;
}

async function copied(button, address) {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    return copiedBySelection(button, address);
  }
}

function byHand(button, address) {
  const place = button.closest('li, td, .field, .bulk');
  let field = place.querySelector('input[readonly]');
  const key = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
  if (!field) {
    field = Object.assign(document.createElement('input'), { className: 'inp', readOnly: true, value: address });
    field.ariaLabel = 'Link';
  }
  if (!place.querySelector('.by-hand')) {
    const box = Object.assign(document.createElement('div'), { className: 'by-hand' });
    if (!field.isConnected) box.append(field);
    box.append(Object.assign(document.createElement('small'), { textContent: `Press ${key} C to copy.` }));
    place.append(box);
  }
  field.focus();
  field.select();
  say(`Press ${key} C to copy.`);
}

function showDone(button) {
  const icon = button.querySelector('use');
  const words = button.querySelector('span');
  const before = { label: button.ariaLabel, icon: icon.getAttribute('href'), words: words?.textContent };
  button.classList.add('done');
  icon.setAttribute('href', before.icon.replace(/#.*/, '#check'));
  if (before.label) button.ariaLabel = 'Copied';
  if (words) words.textContent = 'Copied';
  setTimeout(() => {
    button.classList.remove('done');
    icon.setAttribute('href', before.icon);
    button.ariaLabel = before.label;
    if (words) words.textContent = before.words;
  }, DONE_MS);
  say('Link copied');
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button || button.classList.contains('done')) return;
  const address = addressOf(button);
  if (await copied(button, address)) showDone(button);
  else byHand(button, address);
});

// A page of 24 pictures comes without its buttons: they do nothing without this script, and would be half of the page.
document.addEventListener('beforetoggle', (event) => {
  const pattern = document.getElementById('copy-button');
  if (!pattern || event.newState !== 'open') return;
  for (const line of event.target.querySelectorAll('.lines > li:not(:has([data-copy]))')) {
    const button = pattern.content.firstElementChild.cloneNode(true);
    const words = line.querySelector('b').textContent;
    button.ariaLabel = `Copy link to ${words === 'Original' ? 'the original' : words}`;
    line.append(button);
  }
}, { capture: true });
