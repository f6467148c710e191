// units.js — Numbers as people read them: three digits and a unit.

const scaled = (value, step, units) => {
  let unit = 0;
  while (value >= step && unit < units.length - 1) {
    value /= step;
    ++unit;
  }
  return `${digits(value)}${units[unit]}`;
};

const digits = (value) => (value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(value < 1 ? 2 : 3));

const orDash = (format) => (value) => (value === null || value === undefined ? '–' : format(value));

export const number = orDash((value) => scaled(value, 1000, ['', 'k', 'M', 'G']));

export const bytes = orDash((value) => scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB']));

export const seconds = orDash((value) => (value >= 1 ? `${digits(value)} s` : value >= 1e-3 ? `${digits(value * 1e3)} ms` : `${Math.round(value * 1e6)} µs`));
