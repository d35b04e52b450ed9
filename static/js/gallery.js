// The gallery: an order takes effect once it is chosen.

const sift = document.querySelector('.sift');

sift?.elements.order.addEventListener('change', () => sift.requestSubmit());
