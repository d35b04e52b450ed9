// Counts down the life of a link. Only the seconds left come from the server, as this clock may be wrong.

const said = document.getElementById('say');

function clockText(left) {
  const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const two = (number) => String(number).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

for (const box of document.querySelectorAll('[data-countdown]')) {
  const start = Number(box.dataset.countdown);
  const end = Date.now() + start * 1000;
  const figure = box.querySelector('[role=timer] b');
  const bar = box.querySelector('progress');

  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    figure.textContent = clockText(left);
    bar.value = left;
    if (left <= 60 && left > 0 && !box.dataset.warned && start > 60) {
      box.dataset.warned = 'yes';
      said.textContent = 'The link stops working in one minute.';
    }
    if (left > 0) return;
    clearInterval(timer);
    box.querySelector('[data-label]').textContent = 'This link has expired';
    for (const element of document.querySelectorAll('[data-live]')) element.hidden = true;
    said.textContent = 'The link has expired.';
  };
  const timer = setInterval(tick, 1000);
  tick();
}
