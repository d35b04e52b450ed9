// Choosing pictures: by their rings, by a press anywhere on them once one is chosen, by ranges, all at once.

const wall = document.querySelector('.wall');
if (wall) start();

function start() {
  const count = wall.querySelector('[data-count]');
  const copy = wall.querySelector('[data-copy-chosen]');
  const pick = document.querySelector('[data-pick]');
  const [select, done] = [pick.textContent, pick.dataset.done];
  let anchor = null;

  const boxes = () => [...wall.querySelectorAll('.pick input')];
  const chosen = () => boxes().filter((box) => box.checked);
  // More than the server takes in one request.
  const isTooMany = () => chosen().length > Number(count.dataset.most);

  function show() {
    const some = chosen();
    const { words, tooMany } = count.dataset;
    count.textContent = (isTooMany() ? tooMany : words).replace('{count}', some.length);
    for (const button of wall.querySelectorAll('.bulk [type=submit]')) button.ariaDisabled = isTooMany() || null;
    // Of each picture the largest link that its plan gives, which stands last.
    const links = some.map((box) => [...box.closest('.photo').querySelectorAll('.lines a')].at(-1));
    if (copy) copy.dataset.copy = links.map((link) => link.href).join('\n');
    wall.classList.toggle('picking', some.length > 0 || pick.ariaPressed === 'true');
  }

  function set(some, checked) {
    for (const box of some) box.checked = checked;
    show();
  }

  function range(to) {
    const all = boxes();
    const [from, end] = [all.indexOf(anchor), all.indexOf(to)].sort((a, b) => a - b);
    set(all.slice(Math.max(from, 0), end + 1), true);
  }

  wall.addEventListener('change', (event) => {
    if (event.target.matches('.pick input')) show();
  });

  // A press beside open links only closes them. By the time that the press is heard of, they are closed.
  let wasOpen = false;
  window.addEventListener('pointerdown', () => {
    wasOpen = wall.querySelector(':popover-open') !== null;
  }, { capture: true });
  wall.addEventListener('click', (event) => {
    // Keys press too, without a pointer.
    if (!wasOpen || event.detail === 0 || event.target.closest('.pop, .quick')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });

  // In the capture phase: what opens a picture otherwise must not hear of a press that chooses one.
  wall.addEventListener('click', (event) => {
    const box = event.target.closest('.photo')?.querySelector('.pick input');
    const onTile = event.target.closest('.photo > a');
    const onRing = event.target === box;
    if (!box || !(onTile || onRing) || event.ctrlKey || event.metaKey) return;
    if (event.shiftKey && anchor?.isConnected) {
      if (onTile) event.preventDefault();
      event.stopPropagation();
      range(box);
      // The browser turns a ring over by itself once this is over; it is to stay chosen.
      if (onRing) setTimeout(() => set([box], true));
    } else if (onTile && (wall.classList.contains('picking') || event.shiftKey)) {
      event.preventDefault();
      event.stopPropagation();
      set([box], !box.checked);
    } else if (onTile) {
      return;
    }
    anchor = box;
  }, { capture: true });

  wall.addEventListener('keydown', (event) => {
    const open = wall.querySelector(':popover-open');
    const tile = event.target.closest('.photo');
    const box = tile?.querySelector('.pick input');
    const onLink = event.target.matches('.photo > a');
    if (event.key === 'Enter' && box && event.target === box) {
      event.preventDefault(); // it would send the form
      box.click();
    } else if (box && onLink && (event.key === 'x' || event.key === ' ') && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      set([box], !box.checked);
      anchor = box;
    } else if (tile && event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      set(boxes(), true);
    } else if (tile && event.key === 'Escape' && !open && chosen().length) {
      set(boxes(), false);
    } else if (tile && event.key === 'Delete' && chosen().length) {
      wall.requestSubmit(wall.querySelector('[data-delete]'));
    }
  });

  // Who goes on by keys leaves open links behind, which would lie over the pictures.
  wall.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (relatedTarget?.closest('.pop, .quick') === null) target.closest('.pop')?.hidePopover();
  });

  wall.querySelector('[data-clear]').addEventListener('click', () => {
    const first = chosen()[0]?.closest('.photo').querySelector('a');
    set(boxes(), false);
    first?.focus();
  });

  // Before anybody else hears of it.
  wall.addEventListener('submit', (event) => {
    if (!isTooMany()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // Once more, for who did not see or hear it; what is emptied and filled in one turn is not read.
    count.textContent = '';
    requestAnimationFrame(show);
  }, { capture: true });

  pick.addEventListener('click', () => {
    const on = pick.ariaPressed !== 'true';
    pick.ariaPressed = String(on);
    pick.textContent = on ? done : select;
    if (on) show();
    else set(boxes(), false);
  });

  // Others choose some by keys, and a browser brings back what was chosen before.
  wall.addEventListener('gallery:changed', show);
  window.addEventListener('pageshow', show);
  show();
}
