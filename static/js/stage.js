// The stage of one picture: full screen, and keys that act while the focus is in it, and nowhere else.

const ARRIVED = 'imageapp.arrived-by-key';
const stage = document.querySelector('.stage');
const full = stage.querySelector('[data-full]');
const list = document.getElementById('keys');

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (document.fullscreenEnabled) stage.requestFullscreen();
}

// Whoever turns the pages by keys stands on the next stage again, ready for the next press.
function turnTo(place) {
  const link = stage.querySelector(`[rel=${place}]`);
  if (!link) return;
  try {
    window.sessionStorage.setItem(ARRIVED, place);
  } catch { /* kept from this page by the browser's settings: then the focus starts at the top */ }
  link.click();
}

function arrive() {
  try {
    if (window.sessionStorage.getItem(ARRIVED) === null) return;
    window.sessionStorage.removeItem(ARRIVED);
  } catch {
    return;
  }
  (stage.querySelector('.alone') ?? stage.querySelector('a')).focus({ preventScroll: true });
}

const KEYS = {
  ArrowLeft: () => turnTo('prev'),
  ArrowRight: () => turnTo('next'),
  f: toggleFull,
  c: () => [...document.querySelectorAll('.lines [data-copy]')].at(-1)?.click(), // they are sorted, the largest last
  l: () => document.querySelector('[data-new-link]')?.click(),
  '?': () => list.showModal(),
};

stage.addEventListener('keydown', (event) => {
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  act();
});
document.querySelector('[data-keys]').addEventListener('click', KEYS['?']);
list.querySelector('[data-close]').addEventListener('click', () => list.close());
const enter = full.ariaLabel;
full.addEventListener('click', toggleFull);
full.hidden = !document.fullscreenEnabled;
document.addEventListener('fullscreenchange', () => {
  full.ariaLabel = document.fullscreenElement ? full.dataset.leave : enter;
});

arrive();
