// What the page of the upload says: its sentences stand in its markup, and their {gaps} are filled as text.

const sentences = document.getElementById('sentences').content;
const said = document.getElementById('say');
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

export const words = (name, gaps = {}) => sentences.querySelector(`[data-say="${name}"]`).textContent
  .replace(/\{(\w+)\}/g, (_, gap) => gaps[gap]);

/** Bytes as a number of megabytes; any are a tenth of one at least. */
export const megabytes = (bytes) => number.format(bytes && Math.max(bytes, 1e5) / 1e6);

/** Have it read out. */
export function announce(sentence) {
  said.textContent = '';
  // An emptied region that is filled in the same turn is not read again.
  requestAnimationFrame(() => { said.textContent = sentence; });
}
