// One file in one request. Whatever comes of it is an outcome with a name:
//   kept {picture} · refused {error, message} · lost · busy {seconds} · signed-out · stale (the token) · cancelled ·
//   failed {message, where the server gave one}

const SILENCE_MS = 120_000; // neither a byte goes out nor an answer comes in: as good as a lost connection

function read(text) {
  try {
    return JSON.parse(text);
  } catch { // a page, by whoever stands between the server and here
    return {};
  }
}

function outcomeOf(xhr) {
  const told = read(xhr.responseText);
  const said = told.refused?.[0] ?? told;
  if (xhr.status === 201 && told.images?.[0]) return { is: 'kept', picture: told.images[0] };
  if (xhr.status === 401) return { is: 'signed-out' };
  if (said.error === 'csrf') return { is: 'stale' };
  if ([429, 502, 503, 504].includes(xhr.status)) {
    return { is: 'busy', seconds: Number(xhr.getResponseHeader('Retry-After')) || 0 };
  }
  return { is: xhr.status < 500 && said.message ? 'refused' : 'failed', ...said };
}

/** POST `fields` to `address`. `heard` is told how many bytes of the body are out of how many; `signal` cancels. */
export function send(address, fields, token, heard, signal) {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    let silence;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => xhr.abort(), SILENCE_MS);
    };
    xhr.upload.addEventListener('progress', (event) => {
      listen();
      heard(event.loaded, event.total);
    });
    xhr.addEventListener('load', () => resolve(outcomeOf(xhr)));
    xhr.addEventListener('error', () => resolve({ is: 'lost' }));
    xhr.addEventListener('abort', () => resolve({ is: signal.aborted ? 'cancelled' : 'lost' }));
    xhr.addEventListener('loadend', () => clearTimeout(silence));
    signal.addEventListener('abort', () => xhr.abort());
    xhr.open('POST', address);
    xhr.setRequestHeader('Accept', 'application/json');
    xhr.setRequestHeader('X-CSRFToken', token);
    listen();
    xhr.send(fields);
  });
}
