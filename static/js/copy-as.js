// What the copy buttons of a picture's links, or of one expiring link, copy: the address alone, or ready to be put into
// HTML, Markdown or BBCode. The choice is remembered.

const KEY = 'imageapp.copy-as';
const section = document.querySelector('[data-copy-as]');
const choice = section.querySelector('select');
const name = section.dataset.copyAs;

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const inHtml = (text) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]);
const inMarkdown = (text) => text.replace(/[\\\x60*_{}[\]<>&!#|~]/g, '\\$&');
// BBCode has no way to write its own brackets.
const inBbcode = (text) => text.replaceAll('[', '(').replaceAll(']', ')');

// What browsers do not show is linked to in place of being shown.
const FORMS = {
  address: ({ url }) => url,
  html: ({ url, width, height, unseen }) => (unseen
    ? `<a href="${url}">${inHtml(name)}</a>`
    : `<img src="${url}" width="${width}" height="${height}" alt="${inHtml(name)}">`),
  markdown: ({ url, unseen }) => `${unseen ? '' : '!'}[${inMarkdown(name)}](${url})`,
  bbcode: ({ url, unseen }) => (unseen ? `[url=${url}]${inBbcode(name)}[/url]` : `[img]${url}[/img]`),
};

function remembered() {
  try {
    return window.localStorage.getItem(KEY);
  } catch { // kept from this page by the browser's settings
    return null;
  }
}

function remember(form) {
  try {
    window.localStorage.setItem(KEY, form);
  } catch { /* then the choice lasts as long as the page */ }
}

function apply(form) {
  const words = choice.selectedOptions[0].textContent;
  for (const button of section.querySelectorAll('[data-copy]')) {
    const { width, height, unseen } = button.closest('[data-width]').dataset;
    const url = button.dataset.address ?? button.parentElement.querySelector('a[href]').href;
    button.dataset.copy = FORMS[form]({ url, width, height, unseen: unseen !== undefined });
    button.title = form === 'address' ? section.dataset.copyLink : section.dataset.copyForm.replace('{form}', words);
  }
}

if (choice) {
  const last = remembered();
  if (last in FORMS) choice.value = last;
  choice.addEventListener('change', () => {
    remember(choice.value);
    apply(choice.value);
  });
  apply(choice.value);
}
