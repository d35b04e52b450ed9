// Rewrites times from UTC to the zone of the browser; the moment in UTC stays as the tooltip.

// English of no country would put the month first.
const zone = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;

// Not made before there is a time to write: the first one keeps a phone busy for a tenth of a second.
let formats = null;
function makeFormats() {
  return {
    day: new Intl.DateTimeFormat(zone, { day: 'numeric', month: 'short', year: 'numeric' }),
    clock: new Intl.DateTimeFormat(zone, { hour: '2-digit', minute: '2-digit' }),
  };
}

export function localize(part) {
  for (const element of part.querySelectorAll('time[data-time]')) {
    const { day, clock } = formats ??= makeFormats();
    const moment = new Date(element.dateTime);
    const today = day.format(moment) === day.format(new Date());
    const short = element.dataset.time === 'clock';
    // How long ago it was, or is left, is the same everywhere.
    if (['ago', 'left'].includes(element.dataset.time)) {
      element.title = `${day.format(moment)}, ${clock.format(moment)}`;
      continue;
    }
    element.textContent = short
      ? clock.format(moment) + (today ? '' : `, ${day.format(moment)}`)
      : `${day.format(moment)}, ${clock.format(moment)}`;
  }
}

localize(document);
