// Counts down the life of a link. Only the seconds left come from the server, as this clock may be wrong.

const WARNING = 60; // seconds before the end
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
  let warned = start <= WARNING;

  const finish = () => {
    clearInterval(timer);
    const heading = document.querySelector('h1');
    document.title = document.title.replace(heading.textContent, box.dataset.heading);
    heading.textContent = box.dataset.heading;
    // Whoever was at a button that goes away is put at what it says now.
    const lost = document.activeElement.closest('[data-live]');
    for (const element of document.querySelectorAll('[data-live]')) element.hidden = true;
    for (const element of document.querySelectorAll('[data-over]')) element.hidden = false;
    if (lost) {
      heading.tabIndex = -1;
      heading.focus();
    }
    said.textContent = box.dataset.ended;
  };

  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    figure.textContent = clockText(left);
    bar.value = left;
    if (left <= WARNING && left > 0 && !warned) {
      warned = true;
      said.textContent = box.dataset.soon;
    }
    if (left === 0) finish();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
