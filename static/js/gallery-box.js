// A press on a picture shows it large, over the gallery. What shows it is fetched when it is first wanted.

import { more, older, remember, remembered } from './gallery-more.js';
import { localize } from './local-times.js';
import { fetchPage, leave, still } from './shell.js';

const wall = document.querySelector('.wall');
const imageOf = (link) => link.querySelector('img:not(.ph)');
const nameOf = (link) => imageOf(link).alt;
// Of some there is nothing that a browser could show large: these lead to their pages.
const LARGE = '.photo > a[data-big]:not([data-big=""])';
if (wall) start();

function start() {
  const words = wall.dataset;
  const quiet = window.matchMedia('(prefers-reduced-motion: reduce)');
  const facts = new Map();
  let ready = null;

  function load() {
    const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: wall.dataset.boxStyle });
    const styled = new Promise((resolve, reject) => {
      sheet.onload = resolve;
      sheet.onerror = reject;
    });
    document.head.append(sheet);
    return Promise.all([import(wall.dataset.box), styled]).then(([module]) => module.default);
  }

  function slide(link) {
    const [path, width, height] = link.dataset.big.split(' ');
    return {
      src: `${link.pathname}/${path}`, width: Number(width), height: Number(height), alt: nameOf(link),
      msrc: imageOf(link).currentSrc, element: link, thumbCropped: true,
    };
  }

  function icon(name) {
    return document.querySelector(`[data-icon=${name}]`).innerHTML;
  }

  // What the picture's own page says of it, in its words.
  async function factsOf(link) {
    if (!facts.has(link.pathname)) {
      const { page } = await fetchPage(link.pathname);
      const list = page.querySelector('.side .facts');
      if (!list) return null; // signed out, say; asked for again
      localize(list);
      facts.set(link.pathname, list);
    }
    return facts.get(link.pathname);
  }

  function addPanel(box, links) {
    const panel = Object.assign(document.createElement('div'), { className: 'box-facts', hidden: true });
    const name = document.createElement('p');
    const said = Object.assign(document.createElement('p'), { className: 'vh' });
    for (const one of [panel, said]) one.setAttribute('role', 'status');

    async function fill() {
      if (panel.hidden) return;
      const link = links[box.currIndex];
      name.textContent = nameOf(link);
      const list = await factsOf(link).catch(() => null);
      if (link === links[box.currIndex]) panel.replaceChildren(name, ...(list ? [list.cloneNode(true)] : []));
    }

    function toggle() {
      panel.hidden = !panel.hidden;
      fill();
    }

    box.on('uiRegister', () => {
      box.ui.registerElement({
        name: 'facts', order: 9, isButton: true, title: `${words.wordsFacts} (i)`, ariaLabel: words.wordsFacts,
        html: icon('facts'), onClick: toggle,
      });
      box.ui.registerElement({
        name: 'page', order: 8, isButton: true, tagName: 'a', title: words.wordsPage, ariaLabel: words.wordsPage,
        html: icon('page'), onInit: (element) => box.on('change', () => { element.href = links[box.currIndex].href; }),
      });
    });
    box.on('change', () => {
      fill();
      // Who comes hears it as the name of the dialog, who turns over as a message.
      box.element.ariaLabel = said.textContent = `${nameOf(links[box.currIndex])}, ${box.currIndex + 1} / ${links.length}`;
    });
    box.on('keydown', ({ originalEvent }) => {
      if (originalEvent.key === 'i' && !originalEvent.ctrlKey && !originalEvent.metaKey) toggle();
    });
    box.on('afterInit', () => {
      box.element.ariaModal = 'true';
      box.element.append(panel, said);
    });
  }

  // Before the last that is loaded is reached, older ones are, as by their link. Until all are, it counts "24+".
  function goOn(box, links) {
    box.on('change', async () => {
      box.element.classList.toggle('pswp--more', more() !== null);
      if (!more() || box.currIndex < links.length - 3) return;
      try {
        await older();
      } catch {
        return; // tried again at the next turn
      }
      const added = [...wall.querySelectorAll(LARGE)].slice(links.length);
      links.push(...added);
      box.options.dataSource.push(...added.map(slide));
      // Has the counter and the arrows take note as well.
      if (!box.isDestroying) box.refreshSlideContent(links.length - added.length);
    });
  }

  // PhotoSwipe can be closed once it is open, at the earliest.
  function close(box) {
    if (box.opener.isOpen) box.close();
    else box.on('openingAnimationEnd', () => box.close());
  }

  // Nor does it listen to keys before that, and who turns then meets places without a picture: what is pressed while
  // it opens happens once it is open. To be called after its `init`, as what it does itself at the end of the opening
  // must come first.
  function heedEarly(box) {
    const done = new AbortController();
    const listens = { capture: true, signal: done.signal };
    const later = (event, again) => {
      event.preventDefault();
      event.stopPropagation();
      box.on('openingAnimationEnd', again);
    };
    document.addEventListener('keydown', (event) => {
      if (!/^(Escape|Arrow.+|[iz])$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      later(event, () => document.dispatchEvent(new KeyboardEvent('keydown', event)));
    }, listens);
    box.element.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (button) later(event, () => button.click());
    }, listens);
    box.on('openingAnimationEnd', () => done.abort());
  }

  // Stands in the history, so that the way back leads to the gallery. What is returned ends that, and then is `after`.
  function beBelow(close, after) {
    history.scrollRestoration = 'manual'; // a picture may be left elsewhere than it was come to
    history.pushState({ ...history.state, large: true }, '');
    window.addEventListener('popstate', close, { once: true });
    return () => {
      const pages = remembered();
      const end = () => {
        remember(pages);
        after();
      };
      window.removeEventListener('popstate', close);
      if (!history.state?.large) return end();
      window.addEventListener('popstate', end, { once: true });
      return history.back();
    };
  }

  async function open(link) {
    ready ??= load();
    const PhotoSwipe = await ready;
    const links = [...wall.querySelectorAll(LARGE)];
    const box = new PhotoSwipe({
      dataSource: links.map(slide), index: links.indexOf(link), bgOpacity: 1, loop: false, wheelToZoom: true,
      returnFocus: false, showHideAnimationType: quiet.matches ? 'none' : 'zoom',
      zoomAnimationDuration: quiet.matches ? false : 220, closeTitle: `${words.wordsClose} (Esc)`, zoomTitle: `${words.wordsZoom} (z)`,
      arrowPrevTitle: words.wordsPrevious, arrowNextTitle: words.wordsNext, errorMsg: words.wordsFailed,
    });
    box.on('contentAppend', ({ content: { data, element } }) => {
      if (imageOf(data.element).dataset.moves === undefined) return;
      element.dataset.moves ??= '';
      element.addEventListener('load', () => still(element)); // it may come while it is not yet in the page
      still(element);
    });
    addPanel(box, links);
    goOn(box, links);
    box.on('destroy', beBelow(() => close(box), () => links[box.currIndex].focus()));
    box.init();
    if (!box.opener.isOpen) heedEarly(box);
  }

  wall.addEventListener('click', (event) => {
    const link = event.target.closest(LARGE);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link).catch(() => {
      ready = null;
      leave(() => { window.location.href = link.href; });
    });
  });
}
