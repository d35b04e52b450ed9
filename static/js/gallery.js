// The form for the order and names of the gallery, which never sends itself: keys that go through a list choose on the way.

const sift = document.querySelector('.sift');

sift?.addEventListener('formdata', ({ formData }) => {
  if (!formData.get('name')) formData.delete('name');
});

// A page that the browser kept as it was left is to say what it shows, not what was chosen next.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) sift?.reset();
});
