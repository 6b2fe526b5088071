// Where the parts of a chart stand. Pure geometry; the drawing is in Chart.tsx.

/** Round values that span a range, always with zero among them. */
export function niceTicks(low: number, high: number, about = 5): number[] {
  const min = Math.min(0, low);
  const max = Math.max(0, high);
  if (!Number.isFinite(min) || !Number.isFinite(max) || min === max) return [0, 1];
  const rough = (max - min) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
  const ticks: number[] = [];
  const first = Math.floor(min / step);
  const last = Math.ceil(max / step);
  // Multiples of the step, so that errors of adding do not gather.
  for (let n = first; n <= last; n += 1) ticks.push(Number((n * step).toPrecision(12)));
  return ticks;
}

export type Values = (number | null)[];

/** Parts of stacked series: per series and category its lower and upper end. Negative parts stack downwards. */
export function stack(series: Values[]): [number, number][][] {
  const count = Math.max(0, ...series.map((one) => one.length));
  const up = new Array<number>(count).fill(0);
  const down = new Array<number>(count).fill(0);
  return series.map((values) =>
    Array.from({ length: count }, (_, at): [number, number] => {
      const value = values[at] ?? 0;
      const base = value < 0 ? down : up;
      const from = base[at] ?? 0;
      base[at] = from + value;
      return value < 0 ? [from + value, from] : [from, from + value];
    }),
  );
}

/** The span of values a chart must hold. */
export function extent(series: Values[], stacked: boolean): [number, number] {
  const all = stacked
    ? stack(series).flatMap((one) => one.flat())
    : series.flat().filter((value) => value !== null);
  let low = 0;
  let high = 0;
  for (const value of all) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The path of a slice of a pie, `from` and `to` as shares of the whole, beginning at twelve o'clock. */
export function slicePath(cx: number, cy: number, radius: number, from: number, to: number): string {
  const point = (share: number) => {
    const angle = share * 2 * Math.PI - Math.PI / 2;
    return `${(cx + radius * Math.cos(angle)).toFixed(2)} ${(cy + radius * Math.sin(angle)).toFixed(2)}`;
  };
  // An arc cannot lead back to where it began.
  const end = Math.min(to, from + 0.9999);
  return `M${cx} ${cy}L${point(from)}A${radius} ${radius} 0 ${end - from > 0.5 ? 1 : 0} 1 ${point(end)}Z`;
}

export interface Slice {
  name: string;
  value: number;
  from: number;
  to: number;
}

/** At most six slices, the largest first; what is left over becomes the last one. Only values above zero have an angle. */
export function slices(names: string[], values: Values, othersName: string, most = 6): Slice[] {
  const parts = names
    .map((name, at) => ({ name, value: values[at] ?? 0 }))
    .filter((part) => part.value > 0)
    .sort((a, b) => b.value - a.value);
  const shown = parts.length > most ? parts.slice(0, most - 1) : parts;
  const left = parts.slice(shown.length).reduce((sum, part) => sum + part.value, 0);
  if (left > 0) shown.push({ name: othersName, value: left });
  const total = shown.reduce((sum, part) => sum + part.value, 0);
  let at = 0;
  return shown.map((part) => {
    const from = at;
    at += part.value / total;
    return { ...part, from, to: at };
  });
}

/** Which categories get a label, when not all of them have room. */
export function labelEvery(count: number, width: number, each = 64): number {
  return Math.max(1, Math.ceil((count * each) / Math.max(width, each)));
}

/** Runs of points without a gap: an empty value ends a line. */
export function runs(values: Values): number[][] {
  const found: number[][] = [];
  let open: number[] | null = null;
  values.forEach((value, at) => {
    if (value === null) {
      open = null;
    } else if (open) {
      open.push(at);
    } else {
      open = [at];
      found.push(open);
    }
  });
  return found;
}
