'use strict';
(() => {
  const list = document.getElementById('log');
  const state = document.getElementById('live');
  const changed = document.getElementById('changed');
  if (!list || !state || !window.EventSource) return;

  const most = Number(state.dataset.most);
  const source = new EventSource(state.dataset.events);
  const say = (text) => { if (state.textContent !== text) state.textContent = text; };

  source.addEventListener('open', () => say('Live: shows every operation as it happens.'));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) {
      say('The connection was closed. Load the page anew to go on.');
    } else {
      say('The connection was lost; trying again.');
    }
  });
  source.addEventListener('record', (event) => {
    const template = document.createElement('template');
    template.innerHTML = event.data;
    const item = template.content.firstElementChild;
    if (!item) return;
    const before = document.getElementById(item.id);
    // After a new connection an intent can come once more.
    if (before && item.classList.contains('under-way')) return;
    item.classList.add('new');
    if (before) before.replaceWith(item); else list.prepend(item);
    while (list.children.length > most) list.lastElementChild.remove();
    if (before && item.classList.contains('ok')) changed.hidden = false;
  });
})();
