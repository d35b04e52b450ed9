// A reload of an upload's outcome shows what was kept; by itself the browser would send the files again.

const outcome = document.querySelector('[data-outcome]');

window.history.replaceState(null, '', outcome.dataset.outcome);
