// The dashboard.

// Where not all tabs fit beside each other, the one that is open is brought into view.

for (const tabs of document.querySelectorAll('[data-tabs]')) {
  const open = tabs.querySelector('[aria-current]');
  if (!open) continue;
  // Not scrollIntoView, which may move the page too.
  tabs.scrollLeft += open.getBoundingClientRect().left - tabs.getBoundingClientRect().left
    - (tabs.clientWidth - open.offsetWidth) / 2;
}

// Choosing rows of a list: all at once, and how many are chosen.

for (const form of document.querySelectorAll('[data-choose]')) {
  const all = form.querySelector('[data-all]');
  const boxes = [...form.querySelectorAll('input[name="id"]')];
  const count = form.querySelector('[data-count]');

  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    count.hidden = !chosen;
    count.textContent = count.dataset.words.replace('{count}', chosen);
  };

  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener('change', show);
  // A page that comes back from the history gets its ticks again, after this script has run.
  window.addEventListener('pageshow', show);
  show();
}
