// Writes the moments of the page in words, in the zone of the browser: an element with data-when says with data-today,
// data-tomorrow and data-later how. Another script may change its moment; without one it says nothing.

// English of no country would put the month first.
const zone = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;
const clock = new Intl.DateTimeFormat(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(zone, { day: 'numeric', month: 'long' });
const whole = new Intl.DateTimeFormat(zone, { dateStyle: 'medium', timeStyle: 'long' });

function pattern(element, moment) {
  const tomorrow = new Date();
  tomorrow.setDate(tomorrow.getDate() + 1);
  if (moment.toDateString() === new Date().toDateString()) return element.dataset.today;
  return moment.toDateString() === tomorrow.toDateString() ? element.dataset.tomorrow : element.dataset.later;
}

function write(element) {
  const moment = new Date(element.dateTime);
  const known = element.dateTime !== '' && !Number.isNaN(moment.getTime());
  const words = { '{time}': () => clock.format(moment), '{day}': () => day.format(moment) };
  const sentence = known ? pattern(element, moment).replace(/\{(time|day)\}/g, (name) => words[name]()) : '';
  if (element.textContent !== sentence) element.textContent = sentence;
  element.title = known ? whole.format(moment) : '';
}

const watch = new MutationObserver((changes) => changes.forEach((change) => write(change.target)));
for (const element of document.querySelectorAll('time[data-when]')) {
  write(element);
  watch.observe(element, { attributeFilter: ['datetime'] });
}
