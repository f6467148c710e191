// plot.js — One plot in the document: a title, the latest figures, and a line for each of its series.

import { niceTop, Series } from './series.js';

const width = 300;
const height = 90;
const moments = 300; // a point each second: five minutes
const places = ['first', 'second'];

export class Plot {
  constructor({ id, title, unit, lines }) {
    this.unit = unit;
    this.lines = lines.map(({ name, value }, place) => ({ value, place: places[place], series: new Series(moments), figure: figure(name, places[place]), path: svg('path', { class: places[place] }) }));
    this.top = html('span', 'top');
    const box = svg('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    box.append(svg('line', { x1: 0, y1: 0, x2: width, y2: 0 }), svg('line', { x1: 0, y1: height, x2: width, y2: height }), ...this.lines.map(({ path }) => path));
    const figures = html('dl', 'figures');
    figures.append(...this.lines.map((line) => line.figure.row));
    const heading = html('h2', '', title);
    this.element = html('section', 'plot');
    this.element.id = id;
    this.element.append(heading, figures, box, this.top);
  }

  /** The next event, and the one before it; null for either: nothing is known of this moment, or of what was before. */
  add(before, now) {
    for (const { series, value } of this.lines) series.add(now ? value(before, now) : null);
    this.#draw();
  }

  #draw() {
    const top = niceTop(Math.max(...this.lines.map(({ series }) => series.highest)));
    this.top.textContent = `up to ${this.unit(top)}`;
    for (const { series, figure: { value }, path } of this.lines) {
      value.textContent = this.unit(series.last);
      path.setAttribute('d', series.path(width, height, top));
    }
  }
}

function figure(name, place) {
  const row = html('div', '');
  const value = html('dd', place, '–');
  row.append(html('dt', '', name), value);
  return { row, value };
}

function html(tag, className, text = '') {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function svg(tag, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
