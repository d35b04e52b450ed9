// Where not all tabs fit beside each other, the one that is open is brought into view.

for (const tabs of document.querySelectorAll('[data-tabs]')) {
  const open = tabs.querySelector('[aria-current]');
  if (!open) continue;
  // Not scrollIntoView, which may move the page too.
  tabs.scrollLeft += open.getBoundingClientRect().left - tabs.getBoundingClientRect().left
    - (tabs.clientWidth - open.offsetWidth) / 2;
}
