// Rewrites the times of the page from UTC to the zone of the browser; the moment in UTC stays as the tooltip.

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

for (const element of document.querySelectorAll('time[data-time]')) {
  const moment = new Date(element.dateTime);
  const today = day.format(moment) === day.format(new Date());
  const short = element.dataset.time === 'clock';
  // How long ago it was is the same everywhere.
  if (element.dataset.time === 'ago') {
    element.title = `${day.format(moment)}, ${clock.format(moment)}`;
    continue;
  }
  element.textContent = short
    ? clock.format(moment) + (today ? '' : ` on ${day.format(moment)}`)
    : `${day.format(moment)}, ${clock.format(moment)}`;
}
