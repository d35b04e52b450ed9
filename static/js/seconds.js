// Keeps the chips and the seconds of the link form in step, and says when the link would end.

const form = document.querySelector('[data-seconds]');
const field = form.elements.seconds;
const note = form.querySelector('[data-ends]');
const chips = [...form.querySelectorAll('input[name=preset]')];
const custom = chips.find((chip) => chip.value === '');

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });

function when(end) {
  const tomorrow = new Date();
  tomorrow.setDate(tomorrow.getDate() + 1);
  if (end.toDateString() === new Date().toDateString()) return 'today';
  return end.toDateString() === tomorrow.toDateString() ? 'tomorrow' : `on ${day.format(end)}`;
}

function sayEnd() {
  if (!note) return;
  const seconds = Number(field.value);
  const end = new Date(Date.now() + seconds * 1000);
  const known = /^[1-9]\d{0,8}$/.test(field.value);
  note.textContent = known ? `Expires ${when(end)} at ${clock.format(end)}.` : '';
}

function followChip(chip) {
  if (chip.value) field.value = chip.value;
  else if (chips.some((other) => other.value === field.value)) field.value = '';
  sayEnd();
}

for (const chip of chips) {
  chip.addEventListener('change', () => {
    followChip(chip);
    if (chip === custom) field.focus();
  });
}
field.addEventListener('input', () => {
  (chips.find((chip) => chip.value === field.value) ?? custom).checked = true;
  sayEnd();
});

const chosen = chips.find((chip) => chip.checked);
if (chosen?.value) followChip(chosen);
sayEnd();
setInterval(sayEnd, 10_000);
