// The list of one's own links: how long each still works, and which are chosen to be revoked.

const MINUTE = 60;

function lasting(left) {
  const whole = left < MINUTE ? left : left - (left % MINUTE);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (whole < MINUTE) return `${whole} s`;
  return [hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(' ');
}

const [soon, over] = document.querySelector('template[data-badges]').content.children;

function put(row, badge) {
  row.querySelector('.badge').replaceWith(badge.cloneNode(true));
}

for (const row of document.querySelectorAll('tr[data-left]')) {
  const end = Date.now() + Number(row.dataset.left) * 1000;
  const words = row.querySelector('[data-words]');
  const pattern = words.dataset.words;
  const told = words.querySelector('time');

  const finish = () => {
    clearInterval(timer);
    put(row, over);
    told.textContent = words.dataset.ended;
    const box = row.querySelector('input[name=id]');
    box.checked = false;
    box.dispatchEvent(new Event('change', { bubbles: true }));
    for (const element of row.querySelectorAll('[data-live]')) element.hidden = true;
    for (const element of row.querySelectorAll('[data-over]')) element.hidden = false;
  };

  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    if (left === 0) return finish();
    told.textContent = pattern.replace('{left}', lasting(left));
    if (left < MINUTE) put(row, soon);
  };
  const timer = setInterval(tick, 1000);
  tick();
}

for (const form of document.querySelectorAll('[data-choose]')) {
  const all = form.querySelector('[data-all]');
  const boxes = () => [...form.querySelectorAll('input[name=id]')].filter((box) => box.checkVisibility());
  let last = null;

  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
    for (const count of form.querySelectorAll('[data-count]')) {
      count.textContent = count.dataset.words.replace('{count}', chosen);
    }
  };

  const choose = (some, checked) => {
    for (const box of some) box.checked = checked;
    show();
  };

  // With Shift, all from the one before to this.
  form.addEventListener('click', (event) => {
    const box = event.target.closest('input[name=id]');
    if (!box) return;
    const here = boxes();
    const [from, to] = [here.indexOf(last), here.indexOf(box)].sort((one, other) => one - other);
    if (event.shiftKey && from >= 0) choose(here.slice(from, to + 1), box.checked);
    last = box;
  });

  all.addEventListener('change', () => choose(boxes(), all.checked));
  form.querySelector('[data-none]').addEventListener('click', () => {
    choose(boxes(), false);
    all.focus();
  });
  form.addEventListener('change', show);
  // A page that comes back from the history gets its ticks again, after this script has run.
  window.addEventListener('pageshow', show);
  show();
}
