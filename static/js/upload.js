// Pictures that are dropped on the page, pasted or chosen are sent at once; the page shows that it works.

const form = document.querySelector('[data-upload]');
const zone = form.querySelector('.drop');
const files = form.elements.files;
const camera = document.getElementById('camera');
const invite = form.querySelector('[data-invite]');
const invitation = invite.textContent;
const limits = {
  files: Number(form.dataset.maxFiles),
  fileBytes: Number(form.dataset.maxFileBytes),
  requestBytes: Number(form.dataset.maxRequestBytes),
};
let depth = 0; // every element under the pointer reports its own enter and leave

const megabytes = (bytes) => `${Math.floor(bytes / 1e6)} MB`;

// What the server would cut off without an answer that a browser shows; the rest it judges file by file.
function refusal(list) {
  const bytes = list.reduce((sum, file) => sum + file.size, 0);
  if (list.length > limits.files) {
    return form.dataset.tooMany.replace('{count}', list.length).replace('{most}', limits.files);
  }
  if (list.length === 1 && bytes > limits.fileBytes && bytes > limits.requestBytes) {
    return form.dataset.tooLarge.replace('{most}', megabytes(limits.fileBytes));
  }
  if (bytes > limits.requestBytes) {
    return form.dataset.tooMuch.replace('{most}', megabytes(limits.requestBytes));
  }
  return '';
}

function complain(sentence) {
  const banner = form.querySelector('[data-banner]').content.cloneNode(true);
  banner.querySelector('.banner > div').textContent = sentence;
  form.querySelector('[data-problem]').replaceChildren(banner);
}

function showWork(count) {
  const working = form.querySelector('.working');
  zone.classList.add('busy');
  working.hidden = false;
  const heading = working.querySelector('h2');
  heading.textContent = count === 1 ? heading.dataset.one : heading.dataset.many.replace('{count}', count);
}

function send(list) {
  if (!list.length || zone.classList.contains('busy')) return;
  const sentence = refusal([...list]);
  if (sentence) {
    complain(sentence);
    files.value = '';
    return;
  }
  if (files.files !== list) files.files = list;
  showWork(list.length);
  form.submit();
}

function show(over) {
  zone.classList.toggle('over', over);
  invite.textContent = over ? invite.dataset.over : invitation;
}

const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');

files.addEventListener('change', () => send(files.files));
camera.addEventListener('change', () => send(camera.files));
// Enter in the name's field asks for the files instead of sending none.
form.addEventListener('submit', (event) => {
  event.preventDefault();
  files.focus();
});
document.addEventListener('paste', (event) => {
  if (event.clipboardData?.files.length) send(event.clipboardData.files);
});
document.addEventListener('dragenter', (event) => {
  if (carriesFiles(event)) show(++depth > 0);
});
document.addEventListener('dragleave', (event) => {
  if (carriesFiles(event)) show((depth = Math.max(0, depth - 1)) > 0);
});
document.addEventListener('dragover', (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
document.addEventListener('drop', (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  show((depth = 0) > 0);
  send(event.dataTransfer.files);
});
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});
