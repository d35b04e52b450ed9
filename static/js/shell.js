// On every page: the account menu closes by itself, toasts leave, a form is sent once and says that it works.

const TOAST_MS = 6000;
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

document.querySelectorAll('[data-toast]').forEach(attend);

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
  // Back in history the page may come up as it was left.
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    button.ariaDisabled = null;
    button.replaceChildren(...label);
  });
}
