// status_series_test.mjs — A line keeps its last values, leaves gaps where nothing is known, and fits its box.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { niceTop, Series } from '../../apps/status/page/series.js';

const seriesOf = (length, ...values) => {
  const series = new Series(length);
  for (const value of values) series.add(value);
  return series;
};

test('it keeps so many values and no more', () => {
  const series = seriesOf(3, 1, 2, 3, 4);
  assert.deepEqual(series.values, [2, 3, 4]);
  assert.equal(series.last, 4);
  assert.equal(series.highest, 4);
});

test('nothing yet is nothing', () => {
  assert.equal(seriesOf(3).last, null);
  assert.equal(seriesOf(3).highest, 0);
  assert.equal(seriesOf(3).path(100, 10, 1), '');
  assert.equal(seriesOf(3, null).highest, 0);
});

test('the latest value stands at the right, the top of the box is the highest', () => {
  assert.equal(seriesOf(3, 0, 5, 10).path(100, 20, 10), 'M0.0 20.0L50.0 10.0L100.0 0.0');
  assert.equal(seriesOf(3, 10).path(100, 20, 10), 'M100.0 0.0');
});

test('a moment of which nothing is known is a gap', () => {
  assert.equal(seriesOf(4, 1, null, 1, 1).path(30, 10, 1), 'M0.0 0.0M20.0 0.0L30.0 0.0');
});

test('the top is the next round number', () => {
  assert.deepEqual([0, 1, 1.1, 2.5, 7, 10, 11, 99_999].map(niceTop), [1, 1, 2, 5, 10, 10, 20, 100_000]);
  assert.deepEqual([0.0003, 0.02, 0.3].map(niceTop), [0.0005, 0.02, 0.5]);
  assert.equal(niceTop(NaN), 1);
});
