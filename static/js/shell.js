// On every page: the account menu closes by itself, toasts leave, a form is sent once and says that it works, and what
// was typed outlives an error.

const TOAST_MS = 6000;
const SAID_MS = 250;
const UNDO_MS = 12000; // long enough to be reached with the keyboard

for (const menu of document.querySelectorAll('[data-menu]')) {
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  menu.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

export function attend(toast) {
  const stays = toast.querySelector('form') ? UNDO_MS : TOAST_MS;
  let timer = setTimeout(leave, stays);
  const stay = () => clearTimeout(timer);
  const resume = () => {
    stay();
    timer = setTimeout(leave, stays);
  };
  function leave() {
    toast.remove();
  }
  toast.querySelector('button[type=button]').addEventListener('click', leave);
  toast.addEventListener('pointerenter', stay);
  toast.addEventListener('focusin', stay);
  toast.addEventListener('pointerleave', resume);
  toast.addEventListener('focusout', resume);
}

const said = document.getElementById('say');
const toasts = [...document.querySelectorAll('[data-toast]')];
toasts.forEach(attend);
// What a page comes with is not read out, nor is what is put into a region in the moment that the region is there.
if (toasts.length) {
  setTimeout(() => { said.textContent = toasts.map((one) => one.querySelector('span').textContent).join(' '); }, SAID_MS);
}

// What moves stands still, at its first frame, for who asked for no motion.
export function still(image) {
  if (!isStill || image.dataset?.moves !== '' || !image.complete || !image.naturalWidth) return;
  const first = document.createElement('canvas');
  first.width = image.naturalWidth;
  first.height = image.naturalHeight;
  first.getContext('2d').drawImage(image, 0, 0);
  image.dataset.moves = 'no';
  image.removeAttribute('srcset');
  image.src = first.toDataURL();
}

const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
document.addEventListener('load', ({ target }) => still(target), { capture: true });
document.querySelectorAll('[data-moves]').forEach(still);

// Toasts that a script has got, beside those of the page.
export function show(some) {
  some.forEach(attend);
  let region = document.querySelector('.toasts');
  if (!region) {
    region = Object.assign(document.createElement('div'), { className: 'toasts', role: 'status' });
    document.querySelector('main').before(region);
  }
  requestAnimationFrame(() => region.append(...some));
}

// The page at an address as it came, whatever it says, beside the answer that it came with.
export async function fetchPage(address, options) {
  const answer = await fetch(address, { headers: { Accept: 'text/html' }, ...options });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  return { answer, page };
}

// Goes to a page that does what a script could not, by the error that it met. Where nobody answered, the browser would
// show a page of its own in place of this one, and what was chosen here would be gone: then a toast says so.
export function leave(go, error) {
  if (navigator.onLine && !(error instanceof TypeError)) {
    go();
    return;
  }
  document.querySelector('.toast[data-lost]')?.remove();
  show([document.querySelector('template[data-lost]').content.firstElementChild.cloneNode(true)]);
}

for (const form of document.querySelectorAll('form[data-busy]')) {
  const button = form.querySelector('button[type=submit]');
  const label = [...button.childNodes];
  form.addEventListener('submit', (event) => {
    if (button.ariaDisabled === 'true') {
      event.preventDefault();
      return;
    }
    button.style.inlineSize = `${button.offsetWidth}px`;
    button.ariaDisabled = 'true';
    button.textContent = form.dataset.busy;
  });
  const restore = () => {
    button.ariaDisabled = null;
    button.replaceChildren(...label);
  };
  // Back in history the page may come up as it was left; and people stop what takes long.
  window.addEventListener('pageshow', ({ persisted }) => persisted && restore());
  window.navigation?.addEventListener('navigateerror', restore);
}

// After a page that came in place of what a form was to do, that form gets back what was typed by this person when it
// comes up again, if it has data-typed: each of its address is alone on its page. Before other scripts run, as these go
// by what is in the fields.
let store = {}; // where the browser's settings keep it from this page, nothing is kept
try { store = window.sessionStorage ?? store; } catch { /* as said */ }
const typed = JSON.parse(store.typed ?? null);
const who = document.querySelector('[data-menu] summary')?.ariaLabel;
const typable = ({ elements }) => [...elements].filter(
  ({ name, type }) => name && !/hidden|password|file|submit|button/.test(type),
);

export function keep(form) {
  const values = typable(form).map(({ name, value, checked }) => [name, value, checked]);
  store.typed = JSON.stringify({ to: form.action, who, values });
}

function fill(form) {
  for (const field of typable(form)) {
    // Of several boxes of one name each has its own value.
    const isIt = ([name, value]) => name === field.name && (value === field.value || !/box|radio/.test(field.type));
    const same = typed.values.filter(isIt);
    if (same.length) [[, field.value, field.checked]] = same;
  }
  form.closest('details')?.setAttribute('open', '');
}

if (document.querySelector('[data-between]')) {
  if (typed) store.typed = JSON.stringify({ ...typed, unsent: true });
} else {
  delete store.typed;
  for (const form of document.querySelectorAll('[data-typed]')) {
    if (typed?.unsent && typed.who === who && typed.to === form.action) fill(form);
  }
  // A button with an address of its own sends nothing that was typed: it downloads what is chosen.
  window.addEventListener('submit', ({ defaultPrevented, submitter, target }) => {
    if (!defaultPrevented && target.matches('[data-typed]') && !submitter?.hasAttribute('formaction')) keep(target);
  });
}
