// Pictures that are deleted leave the page where it stands: the focus goes to the one after them, and a toast takes them
// back.

import { more, older, remember, remembered } from './gallery-more.js';
import { fetchPage, keep, leave, show } from './shell.js';

const wall = document.querySelector('.wall');

const sent = (form) => ({ method: 'POST', body: new URLSearchParams(new FormData(form)) });

// The page that the server leads to has the toast, in its words.
async function toastsOf(form) {
  const { answer, page } = await fetchPage(form.action, sent(form));
  const found = page.querySelector('.toasts');
  if (!answer.ok || !found) throw new Error(form.action);
  return found;
}

function takeOut(tiles) {
  for (const tile of tiles) tile.remove();
  for (const list of wall.querySelectorAll('.photos')) {
    if (list.children.length) continue;
    list.previousElementSibling.remove();
    list.remove();
  }
  wall.dispatchEvent(new Event('gallery:changed'));
}

wall?.addEventListener('submit', async (event) => {
  if (!navigator.onLine) {
    event.preventDefault();
    leave();
    return;
  }
  const tiles = [...wall.querySelectorAll('.photo')];
  const gone = tiles.filter((tile) => tile.querySelector('.pick :checked'));
  const left = tiles.filter((tile) => !gone.includes(tile));
  // Where nothing is left, or nothing was chosen, another page says so.
  if (!event.submitter?.matches('[data-delete]') || !gone.length || !(left.length || more())) return;
  event.preventDefault();
  if (wall.ariaBusy === 'true') return;
  wall.ariaBusy = 'true';
  try {
    show([...(await toastsOf(wall)).children]);
  } catch (error) {
    // The page says what is wrong.
    leave(() => {
      keep(wall);
      wall.submit();
    }, error);
    return;
  } finally {
    wall.ariaBusy = null;
  }
  const next = tiles[tiles.indexOf(gone.at(-1)) + 1] ?? left.at(-1);
  takeOut(gone);
  const link = next?.querySelector('a') ?? await older().catch(() => window.location.reload());
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: 'nearest' });
});

// What is taken back comes up where it was, and with as many older ones as are here.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!wall || !form.closest('.toast')) return;
  event.preventDefault();
  if (wall.ariaBusy === 'true') return;
  wall.ariaBusy = 'true';
  try {
    const answer = await fetch(form.action, { ...sent(form), redirect: 'manual' });
    // To where it leads nobody tells: to the sign-in, if that has ended.
    const { ok } = await fetch('?limit=1', { headers: { Accept: 'application/json' } });
    if (!ok || answer.type !== 'opaqueredirect') throw new Error();
    remember(remembered());
    window.location.reload();
  } catch (error) {
    wall.ariaBusy = null;
    leave(() => form.submit(), error);
  }
});
