import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { extent, labelEvery, niceTicks, runs, slicePath, slices, stack, type Values } from './layout';

export type ChartKind = 'bar' | 'stacked' | 'line' | 'area' | 'pie' | 'number';

export interface Series {
  name: string;
  values: Values;
}

export interface ChartData {
  kind: ChartKind;
  /** Names the picture. */
  title: string;
  /** What it shows in a sentence; the text alternative. */
  summary: string;
  categories: string[];
  series: Series[];
  /** A value in full, e.g. with cents. */
  format: (value: number) => string;
  /** Name of what is left over in a pie. */
  others: string;
}

const HEIGHT = 300;
const EDGE = { top: 12, right: 12, bottom: 44, left: 64 };
const COLOURS = 6;
const DASHES = ['', '7 4', '2 4', '10 3 2 3', '4 2', '1 3'];

const colour = (at: number) => `var(--qm-chart-${(at % COLOURS) + 1})`;
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(720);
  useEffect(() => {
    const element = ref.current;
    if (!element || !('ResizeObserver' in globalThis)) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(260, Math.round(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}

/**
 * A chart drawn as SVG, with its title, a sentence that says what it shows, and a legend. `table` is its twin:
 * the same values as rows.
 */
export function Chart({ data, table }: { data: ChartData; table?: ReactNode }) {
  const id = useId();
  const [ref, width] = useWidth();
  return (
    <figure className="qm-chart" aria-labelledby={`${id}-title`}>
      <figcaption>
        <h3 id={`${id}-title`}>{data.title}</h3>
        <p id={`${id}-summary`}>{data.summary}</p>
      </figcaption>
      <div ref={ref}>
        {data.kind === 'number' ? (
          <p className="qm-chart__number">
            {data.series.map((one) => (
              <span key={one.name}>
                <strong>{one.values[0] === null ? '–' : data.format(one.values[0] ?? 0)}</strong> {one.name}
              </span>
            ))}
          </p>
        ) : (
          <svg
            role="img"
            aria-label={data.title}
            aria-describedby={`${id}-summary`}
            viewBox={`0 0 ${width} ${HEIGHT}`}
            width={width}
            height={HEIGHT}
          >
            {data.kind === 'pie' ? <Pie data={data} width={width} /> : <Axes data={data} width={width} />}
          </svg>
        )}
      </div>
      <Legend data={data} />
      {table}
    </figure>
  );
}

function Legend({ data }: { data: ChartData }) {
  if (data.kind === 'number') return null;
  const entries =
    data.kind === 'pie'
      ? slices(data.categories, data.series[0]?.values ?? [], data.others).map(
          (one) => `${one.name}: ${data.format(one.value)}, ${Math.round((one.to - one.from) * 100)} %`,
        )
      : data.series.map((one) => one.name);
  if (data.kind !== 'pie' && entries.length < 2) return null;
  return (
    <ul className="qm-chart__legend">
      {entries.map((text, at) => (
        <li key={text}>
          <svg width="24" height="12" aria-hidden="true" focusable="false">
            {data.kind === 'line' ? (
              <line
                x1="0"
                x2="24"
                y1="6"
                y2="6"
                style={{ stroke: colour(at) }}
                strokeWidth="3"
                strokeDasharray={DASHES[at % DASHES.length]}
              />
            ) : (
              <rect width="16" height="12" x="4" style={{ fill: colour(at) }} />
            )}
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}

function Pie({ data, width }: { data: ChartData; width: number }) {
  const radius = HEIGHT / 2 - 12;
  return slices(data.categories, data.series[0]?.values ?? [], data.others).map((one, at) => (
    <path
      key={one.name}
      className="qm-chart__slice"
      d={slicePath(width / 2, HEIGHT / 2, radius, one.from, one.to)}
      style={{ fill: colour(at) }}
    >
      <title>{`${one.name}: ${data.format(one.value)}`}</title>
    </path>
  ));
}

function Axes({ data, width }: { data: ChartData; width: number }) {
  const stacked = data.kind === 'stacked' || data.kind === 'area';
  const values = data.series.map((one) => one.values);
  const ticks = niceTicks(...extent(values, stacked));
  const low = ticks[0] ?? 0;
  const high = ticks.at(-1) ?? 1;
  const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  const y = (value: number) => EDGE.top + inner.height * (1 - (value - low) / (high - low));
  const band = inner.width / Math.max(1, data.categories.length);
  const x = (at: number) => EDGE.left + band * (at + 0.5);
  const every = labelEvery(data.categories.length, inner.width);
  const room = Math.max(6, Math.floor((band * every) / 7));
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            className={tick === 0 ? 'qm-chart__zero' : 'qm-chart__grid'}
            x1={EDGE.left}
            x2={width - EDGE.right}
            y1={y(tick)}
            y2={y(tick)}
          />
          <text className="qm-chart__text" x={EDGE.left - 8} y={y(tick) + 4} textAnchor="end">
            {short.format(tick)}
          </text>
        </g>
      ))}
      {data.categories.map((name, at) =>
        at % every === 0 ? (
          <text
            key={name}
            className="qm-chart__text"
            x={x(at)}
            y={HEIGHT - EDGE.bottom + 18}
            textAnchor="middle"
          >
            {name.length > room ? `${name.slice(0, room - 1)}…` : name}
          </text>
        ) : null,
      )}
      <Marks data={data} band={band} x={x} y={y} />
    </>
  );
}

interface MarkProps {
  data: ChartData;
  band: number;
  x: (at: number) => number;
  y: (value: number) => number;
}

function Marks({ data, band, x, y }: MarkProps) {
  const name = (series: Series, at: number) =>
    `${data.categories[at] ?? ''}, ${series.name}: ${data.format(series.values[at] ?? 0)}`;
  if (data.kind === 'line') {
    return data.series.map((series, n) => (
      <g key={series.name}>
        {runs(series.values).map((run) => (
          <polyline
            key={run[0]}
            className="qm-chart__line"
            points={run.map((at) => `${x(at)},${y(series.values[at] ?? 0)}`).join(' ')}
            style={{ stroke: colour(n) }}
            strokeDasharray={DASHES[n % DASHES.length]}
          />
        ))}
        {series.values.map((value, at) =>
          value === null ? null : (
            <circle key={data.categories[at]} cx={x(at)} cy={y(value)} r="4" style={{ fill: colour(n) }}>
              <title>{name(series, at)}</title>
            </circle>
          ),
        )}
      </g>
    ));
  }
  const parts = stack(data.series.map((one) => one.values));
  if (data.kind === 'area') {
    return data.series.map((series, n) => {
      const part = parts[n] ?? [];
      const upper = part.map(([, to], at) => `${x(at)},${y(to)}`);
      const lower = part.map(([from], at) => `${x(at)},${y(from)}`).reverse();
      return (
        <polygon
          key={series.name}
          className="qm-chart__slice"
          points={[...upper, ...lower].join(' ')}
          style={{ fill: colour(n) }}
        >
          <title>{series.name}</title>
        </polygon>
      );
    });
  }
  const stacked = data.kind === 'stacked';
  const wide = Math.max(1, band * 0.75);
  const bar = stacked ? wide : wide / Math.max(1, data.series.length);
  return data.series.map((series, n) => (
    <g key={series.name} style={{ fill: colour(n) }}>
      {series.values.map((value, at) => {
        if (value === null) return null;
        const [from, to] = stacked ? (parts[n]?.[at] ?? [0, 0]) : [Math.min(0, value), Math.max(0, value)];
        return (
          <rect
            key={data.categories[at]}
            className="qm-chart__slice"
            x={x(at) - wide / 2 + (stacked ? 0 : n * bar)}
            y={y(to)}
            width={bar}
            height={Math.max(0, y(from) - y(to))}
          >
            <title>{name(series, at)}</title>
          </rect>
        );
      })}
    </g>
  ));
}
