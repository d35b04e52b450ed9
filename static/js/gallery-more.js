// "Show older pictures" appends them, and whoever comes back finds the gallery as long as it was, at the same place.

import { fetchPage, leave } from './shell.js';

const wall = document.querySelector('.wall');
let working = null;
if (wall) start();

export function more() {
  return wall.querySelector('.more a');
}

// Appends the next older pictures, if there are any; the link of the first.
export function older() {
  return alone(async () => {
    const link = more();
    if (!link) return null;
    link.ariaDisabled = 'true';
    try {
      const first = append(await fetched(link.href));
      remember(remembered() + 1);
      return first;
    } finally {
      link.ariaDisabled = null;
    }
  });
}

// Two at once would append the same pictures twice: who comes second waits for what the first one does.
function alone(work) {
  working ??= work().finally(() => { working = null; });
  return working;
}

export function remembered() {
  return history.state?.pages ?? 0;
}

export function remember(pages) {
  // The address stays that of the first page: a reload by somebody else's hand starts there.
  history.replaceState({ ...history.state, pages, at: window.scrollY }, '');
  history.scrollRestoration = pages ? 'manual' : 'auto';
}

async function fetched(address) {
  const { answer, page } = await fetchPage(address);
  const found = page.querySelector('.wall');
  // Signed out, or nothing older: the page itself says it better.
  if (!answer.ok || answer.redirected || !found) throw new Error(address);
  return found;
}

function append(other) {
  const first = other.querySelector('.photo > a');
  const place = wall.querySelector('.more');
  for (const heading of other.querySelectorAll('.month')) {
    const list = heading.nextElementSibling;
    const last = [...wall.querySelectorAll('.month')].at(-1);
    if (last?.textContent === heading.textContent) last.nextElementSibling.append(...list.children);
    else place.before(heading, list);
  }
  const next = other.querySelector('.more');
  if (next) place.replaceWith(next);
  else place.remove();
  wall.dispatchEvent(new Event('gallery:changed'));
  return first;
}

async function comeBack() {
  const { pages, at } = { pages: remembered(), at: history.state?.at ?? 0 };
  if (!pages) return;
  history.scrollRestoration = 'manual';
  try {
    // By the links of today: some pictures may have gone since, or come.
    for (let left = pages; left > 0 && more(); left -= 1) append(await fetched(more().href));
  } catch {
    // What is there stays; its link leads on.
  }
  window.scrollTo({ top: at, behavior: 'instant' });
}

function start() {
  wall.addEventListener('click', async (event) => {
    const link = event.target.closest('.more a');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const first = await older();
      first?.focus({ preventScroll: true });
      first?.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      leave(() => { window.location.href = link.href; }, error);
    }
  });

  window.addEventListener('pagehide', () => {
    if (remembered()) remember(remembered());
  });
  if (more()) alone(comeBack);
}
