// Leaving the page asks first, while something is under way or waiting, and never otherwise.

/** `isBusy()` says whether leaving would lose something. */
export function askBeforeLeaving(isBusy) {
  window.addEventListener('beforeunload', (event) => {
    if (isBusy()) event.preventDefault();
  });
  // Back in history the page may come up as it was left, with another sign-in's names, token and room.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
  });
}
