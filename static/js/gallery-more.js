// "Show older pictures" appends them, and whoever comes back finds the gallery as long as it was, at the same place.

const wall = document.querySelector('.wall');
if (wall) start();

function start() {
  const more = () => wall.querySelector('.more a');
  const remembered = () => history.state?.pages ?? [];

  function remember(pages) {
    // The address stays that of the first page: a reload by somebody else's hand starts there.
    history.replaceState({ ...history.state, pages, at: window.scrollY }, '');
    history.scrollRestoration = pages.length ? 'manual' : 'auto';
  }

  async function fetched(address) {
    const answer = await fetch(address, { headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const found = page.querySelector('.wall');
    // Signed out, or nothing older: the page itself says it better.
    if (!answer.ok || answer.redirected || !found) throw new Error(address);
    return found;
  }

  // Returns the first new picture's link.
  function append(other) {
    const first = other.querySelector('.photo > a');
    const place = wall.querySelector('.more');
    for (const heading of other.querySelectorAll('.month')) {
      const list = heading.nextElementSibling;
      const last = [...wall.querySelectorAll('.month')].at(-1);
      if (last.textContent === heading.textContent) last.nextElementSibling.append(...list.children);
      else place.before(heading, list);
    }
    const next = other.querySelector('.more');
    if (next) place.replaceWith(next);
    else place.remove();
    wall.dispatchEvent(new Event('gallery:changed'));
    return first;
  }

  wall.addEventListener('click', async (event) => {
    const link = event.target.closest('.more a');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.ariaDisabled === 'true') return;
    link.ariaDisabled = 'true';
    try {
      const first = append(await fetched(link.href));
      remember([...remembered(), link.href]);
      first.focus({ preventScroll: true });
      first.scrollIntoView({ block: 'nearest' });
    } catch {
      window.location.href = link.href;
    }
  });

  async function comeBack() {
    const { pages, at } = { pages: remembered(), at: history.state?.at ?? 0 };
    if (!pages.length) return;
    history.scrollRestoration = 'manual';
    try {
      for (const address of pages) append(await fetched(address));
    } catch {
      // What is there stays; its link leads on.
    }
    window.scrollTo({ top: at, behavior: 'instant' });
  }

  window.addEventListener('pagehide', () => {
    if (remembered().length) remember(remembered());
  });
  if (more()) comeBack();
}
