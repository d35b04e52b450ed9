// What need not travel: files that the server would refuse in any case. It judges by content, and so is done here, by the
// first bytes; whatever these do not tell for certain is sent.

import { words } from './upload-words.js';

const HEAD = 512;
// What begins like this is read by no decoder, whatever its name is.
const FOREIGN = {
  pdf: /^%PDF-/,
  archive: /^(PK\x03\x04|PK\x05\x06|\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh|\xfd7zXZ)/,
  video: /^(\x1a\x45\xdf\xa3|FLV\x01|\x00\x00\x01[\xba\xb3]|RIFF....AVI |....ftyp(avc1|iso[2-9m]|mp4[12]|M4V |qt {2}|3gp))/s,
  sound: /^(ID3|OggS|fLaC|RIFF....WAVE|....ftypM4[AB] )/s,
  drawing: /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i,
};
// Boxes of this kind hold films as well as pictures, and may say in any order what they can be read as.
const PICTURE_IN_BOXES = /^.{4}ftyp.*(avif|avis|hei[cxms]|hev[cx]|mif1|msf1)/s;
const PICTURES = {
  JPEG: /^\xff\xd8\xff/, PNG: /^\x89PNG/, GIF: /^GIF8/, WEBP: /^RIFF....WEBP/s, TIFF: /^(II\*\0|MM\0\*)/,
};

function kindOf(head, formats) {
  for (const [format, beginning] of Object.entries(PICTURES)) {
    if (beginning.test(head)) return formats.includes(format) ? '' : 'excluded';
  }
  if (PICTURE_IN_BOXES.test(head)) return '';
  return Object.keys(FOREIGN).find((kind) => FOREIGN[kind].test(head)) ?? '';
}

/** Whether the browser can still read the file: one that was moved or changed meanwhile fails like a lost connection. */
export async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Why the file is not sent, as a sentence; '' where it is. `limits` are `bytes`, for a file, and names of `formats`. */
export async function fault(file, limits) {
  let head;
  try {
    head = String.fromCharCode(...new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  } catch {
    return words('unreadable');
  }
  if (!file.size) return words('empty');
  if (file.size > limits.bytes) return words('too-large');
  const kind = kindOf(head, limits.formats);
  return kind && words(kind);
}
