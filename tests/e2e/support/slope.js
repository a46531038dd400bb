// The growth rate of a series, and the largest allowed one for memory.

// KB a swap: half of the smallest leak that must be found (7.5), twice the effect of one new allocator arena.
export const LEAK_KB_MAX = 4;

// The slope of a series, per step, over its second half; the first half is warm-up. It is the median of the slopes
// between all pairs of points (Theil and Sen): a single step, such as an allocator's next arena, or a few outliers
// hardly change it, but steady growth does.
export function slope(series) {
  const half = series.slice(Math.floor(series.length / 2));
  const slopes = [];
  for (let i = 0; i < half.length; i += 1) {
    for (let j = i + 1; j < half.length; j += 1) slopes.push((half[j] - half[i]) / (j - i));
  }
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)];
}
