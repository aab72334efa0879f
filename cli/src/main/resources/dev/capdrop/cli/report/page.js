'use strict';
(() => {
  const all = (css, of = document) => [...of.querySelectorAll(css)];
  const words = document.getElementById('words');
  const state = document.getElementById('state');
  const shown = document.getElementById('shown');
  const rows = all('tr[data-state]');
  const parts = new Map();
  for (const part of all('[data-c]')) {
    const number = part.dataset.c;
    parts.set(number, [...(parts.get(number) || []), part]);
  }
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = parts.get(row.dataset.c).map(part => part.textContent).join(' ').toLowerCase();
      const on = (!state.value || row.dataset.state === state.value) && wanted.every(word => text.includes(word));
      count += on ? 1 : 0;
      for (const part of parts.get(row.dataset.c)) part.hidden = !on;
    }
    for (const body of all('.list tbody')) body.rows[0].hidden = ![...body.rows].some(row => row.dataset.c && !row.hidden);
    shown.textContent = count + ' of ' + rows.length + ' containers';
  };
  const sort = (table, heading, index) => {
    const up = heading.getAttribute('aria-sort') !== 'ascending';
    all('th[aria-sort]', table).forEach(other => other.removeAttribute('aria-sort'));
    heading.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const number = 'number' in heading.dataset;
    const key = row => row.cells[index].textContent.trim();
    const order = (a, b) => number ? Number(key(a) || -1) - Number(key(b) || -1) : key(a).localeCompare(key(b), 'en', {numeric: true});
    // a host's own row stays the first of its containers
    for (const body of table.tBodies) body.append(...all('tr[data-c]', body).sort((a, b) => up ? order(a, b) : order(b, a)));
  };
  for (const table of all('table.sortable')) {
    all('thead th', table).forEach((heading, index) => {
      if ('still' in heading.dataset) return;
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...heading.childNodes);
      button.addEventListener('click', () => sort(table, heading, index));
      heading.append(button);
    });
  }
  const unfold = () => {
    const meant = location.hash && document.getElementById(location.hash.slice(1));
    const part = meant && meant.closest('details');
    if (part) part.open = true;
  };
  addEventListener('hashchange', unfold);
  unfold();
  const form = document.getElementById('filter');
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('input', filter);
  form.hidden = false;
  filter();
})();
