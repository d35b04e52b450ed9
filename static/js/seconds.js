// Keeps the chips and the seconds of a link's form in step, and says when the link would end.

const TICK_MS = 10_000;

for (const form of document.querySelectorAll('[data-seconds]')) {
  const field = form.elements.seconds;
  const { least, most, now } = field.dataset;
  const chips = [...form.querySelectorAll('input[name=preset]')];
  const custom = chips.find((chip) => chip.value === '');
  const hint = form.querySelector('.hint');
  const error = form.querySelector('.err');
  // This clock may be wrong; the server told its own.
  const ahead = Number(now) * 1000 - Date.now();

  const fits = () => /^[1-9]\d{0,8}$/.test(field.value) && Number(field.value) >= least && Number(field.value) <= most;

  const sayEnd = () => {
    const end = fits() ? new Date(Date.now() + ahead + Number(field.value) * 1000).toISOString() : '';
    form.querySelector('[data-ends]').dateTime = end;
  };

  // What was wrong is no longer, as soon as something is chosen that is right.
  const forgive = () => {
    if (!error || !fits()) return;
    field.removeAttribute('aria-invalid');
    error.hidden = true;
    hint.hidden = false;
  };

  const followChip = (chip) => {
    if (chip.value) field.value = chip.value;
    else if (chips.some((other) => other.value === field.value)) field.value = '';
    forgive();
    sayEnd();
  };

  for (const chip of chips) {
    chip.addEventListener('change', () => {
      followChip(chip);
      if (chip === custom) field.focus();
    });
  }
  field.addEventListener('input', () => {
    (chips.find((chip) => chip.value === field.value) ?? custom).checked = true;
    forgive();
    sayEnd();
  });

  const chosen = chips.find((chip) => chip.checked);
  if (chosen?.value) followChip(chosen);
  sayEnd();
  setInterval(sayEnd, TICK_MS);
}
