// While a file travels its row shows it small, as far as the browser can draw it. One after another: each is decoded whole.

const LARGEST = 8_000_000; // bytes; above it a picture may take more memory than a phone can spare
const SIDE = 112;
const drawn = new WeakSet();
let last = Promise.resolve();

async function draw(file, place) {
  if (!place.isConnected) return; // it is done by now
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: SIDE, resizeQuality: 'medium' });
    const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
    canvas.className = 'th';
    canvas.ariaHidden = 'true';
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    bitmap.close();
    place.replaceWith(canvas);
  } catch { /* no picture for this browser; the server may know better */ }
}

/** Put the picture of `file` in this place of its row. */
export function preview(file, place) {
  if (drawn.has(file) || file.size > LARGEST) return;
  drawn.add(file);
  last = last.then(() => draw(file, place));
}
