// Buttons with data-copy put an address on the clipboard: their own, or that of the link beside them.

const DONE_MS = 2000;
const said = document.getElementById('say');
const words = said.dataset;

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

// A field of the page's own that can be seen and holds just this, else one that is put there: it has to keep line ends.
function fieldFor(place, address) {
  const own = [...place.querySelectorAll('input[readonly]')].find((one) => one.checkVisibility() && one.value === address);
  if (own) return own;
  const field = place.querySelector('.by-hand textarea') ?? document.createElement('textarea');
  return Object.assign(field, {
    className: 'inp', readOnly: true, value: address, ariaLabel: words.field, rows: address.split('\n').length,
  });
}

function byHand(button, address) {
  const place = button.closest('li, td, .field, .bulk');
  const sentence = words.byHand.replace('{key}', /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl');
  const field = fieldFor(place, address);
  const box = place.querySelector('.by-hand') ?? Object.assign(document.createElement('div'), { className: 'by-hand' });
  box.replaceChildren(Object.assign(document.createElement('small'), { textContent: sentence }));
  if (!field.isConnected) box.prepend(field);
  place.append(box);
  field.focus();
  field.select();
  say(sentence);
}

function showDone(button, count) {
  const icon = button.querySelector('use');
  const label = button.querySelector('span');
  const before = { label: button.ariaLabel, icon: icon.getAttribute('href'), words: label?.textContent };
  button.classList.add('done');
  icon.setAttribute('href', before.icon.replace(/#.*/, '#check'));
  if (before.label) button.ariaLabel = words.copied;
  if (label) label.textContent = words.copied;
  setTimeout(() => {
    button.classList.remove('done');
    icon.setAttribute('href', before.icon);
    button.ariaLabel = before.label;
    if (label) label.textContent = before.words;
  }, DONE_MS);
  say(count > 1 ? words.doneMany.replace('{n}', count) : words.done);
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button || button.classList.contains('done')) return;
  const address = addressOf(button);
  if (await copied(button, address)) showDone(button, address.split('\n').length);
  else byHand(button, address);
});

// A page of 24 pictures comes without its buttons: they do nothing without this script, and would be half of the page.
document.addEventListener('beforetoggle', (event) => {
  const pattern = document.getElementById('copy-button');
  if (!pattern || event.newState !== 'open') return;
  for (const line of event.target.querySelectorAll('.lines > li:not(:has([data-copy]))')) {
    const button = pattern.content.firstElementChild.cloneNode(true);
    button.ariaLabel = line.querySelector('a[download]')
      ? pattern.dataset.toOriginal
      : pattern.dataset.to.replace('{what}', line.querySelector('b').textContent);
    line.append(button);
  }
}, { capture: true });
