// The gallery by keys: one picture of it is a stop of Tab, arrows go from there. Keys act while a picture has the focus.

const wall = document.querySelector('.wall');
if (wall) start();

function start() {
  const links = () => [...wall.querySelectorAll('.photo > a')];
  const dialog = document.getElementById('keys');

  // Everything of a picture is a stop while it is the current one; of the others nothing is.
  function makeCurrent(link) {
    for (const one of wall.querySelectorAll('.photo > a, .pick input, .quick')) {
      one.tabIndex = one.closest('.photo') === link.closest('.photo') ? 0 : -1;
    }
  }

  function besides(link, key) {
    const all = links();
    const here = all.indexOf(link);
    if (key === 'Home') return all[0];
    if (key === 'End') return all.at(-1);
    if (key === 'ArrowRight') return all[here + 1];
    if (key === 'ArrowLeft') return all[here - 1];
    return above(all, link, key === 'ArrowDown' ? 1 : -1);
  }

  // Of the nearest row on that side the picture whose middle is nearest.
  function above(all, link, side) {
    const box = link.getBoundingClientRect();
    const middle = (one) => (one.left + one.right) / 2;
    const boxes = all.map((one) => ({ one, at: one.getBoundingClientRect() }));
    const beyond = boxes.filter(({ at }) => (at.top - box.top) * side > 1);
    const row = Math.min(...beyond.map(({ at }) => (at.top - box.top) * side));
    const inRow = beyond.filter(({ at }) => (at.top - box.top) * side < row + 1);
    inRow.sort((a, b) => Math.abs(middle(a.at) - middle(box)) - Math.abs(middle(b.at) - middle(box)));
    return inRow[0]?.one;
  }

  wall.addEventListener('keydown', (event) => {
    const link = event.target.closest('.photo > a');
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '?') {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    if (!['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    const next = besides(link, event.key);
    if (!next) return;
    if (event.shiftKey) {
      // Everything from here to there, both included.
      const all = links();
      const [from, to] = [all.indexOf(link), all.indexOf(next)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.closest('.photo').querySelector('.pick input').checked = true;
      wall.dispatchEvent(new Event('gallery:changed'));
    }
    next.focus();
  });

  wall.addEventListener('focusin', (event) => {
    const link = event.target.closest('.photo')?.querySelector('a');
    if (link) makeCurrent(link);
  });

  wall.addEventListener('gallery:changed', () => {
    makeCurrent(document.activeElement.closest('.photo')?.querySelector('a') ?? links()[0]);
  });

  document.querySelector('[data-keys]').addEventListener('click', () => dialog.showModal());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.closest('[data-close]')) dialog.close();
  });
  if (links().length) makeCurrent(links()[0]);
}

// The form for the order and names of the gallery, which never sends itself: keys that go through a list choose on the way.

const sift = document.querySelector('.sift');

sift?.addEventListener('formdata', ({ formData }) => {
  if (!formData.get('name')) formData.delete('name');
});

// A page that the browser kept as it was left is to say what it shows, not what was chosen next.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) sift?.reset();
});
