// series.js — The last values of one line of a plot, and the path that draws them.

/** The smallest of 1, 2, 5, 10, 20, ... that is no less than `value`. */
export function niceTop(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  // Rounded, because powers of ten below one are not exact.
  return [1, 2, 5, 10].map((step) => Number((step * power).toPrecision(6))).find((top) => top >= value);
}

/** Keeps so many values; null stands for a moment of which nothing is known. */
export class Series {
  values = [];

  constructor(length) {
    this.length = length;
  }

  add(value) {
    this.values.push(value);
    if (this.values.length > this.length) this.values.shift();
  }

  get last() {
    return this.values.at(-1) ?? null;
  }

  get highest() {
    return Math.max(0, ...this.values.filter((value) => value !== null));
  }

  /** An SVG path in a box of `width` by `height` whose top is the value `top`: the latest value stands at the right, gaps stay empty. */
  path(width, height, top) {
    const step = width / (this.length - 1);
    const first = this.length - this.values.length;
    let path = '';
    let drawing = false;
    for (const [index, value] of this.values.entries()) {
      if (value !== null) path += `${drawing ? 'L' : 'M'}${((first + index) * step).toFixed(1)} ${(height * (1 - value / top)).toFixed(1)}`;
      drawing = value !== null;
    }
    return path;
  }
}
