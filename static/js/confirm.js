// A question that folds out without script becomes a dialog: with the safe choice under the finger, or the field that
// is asked for. One that is answered by a form which did not pass is open from the start.

for (const details of document.querySelectorAll('[data-confirm]')) {
  const summary = details.querySelector('summary');
  const question = details.querySelector('.ask');
  const dialog = document.createElement('dialog');
  const opener = document.createElement('button');

  opener.type = 'button';
  opener.className = summary.className;
  opener.ariaHasPopup = 'dialog';
  opener.ariaLabel = summary.ariaLabel;
  opener.title = summary.title;
  opener.append(...summary.childNodes);
  dialog.setAttribute('aria-labelledby', question.querySelector('h2').id);
  dialog.append(question);
  details.replaceWith(opener, dialog);

  const keep = dialog.querySelector('[data-keep]');
  const field = dialog.querySelector('input:not([type=hidden])');
  const ask = () => {
    dialog.showModal();
    (field ?? keep).focus();
    field?.select();
  };
  opener.addEventListener('click', ask);
  if (details.open) ask();
  keep.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop belongs to the dialog
  });
}
