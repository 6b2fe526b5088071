import { render, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Chart, type ChartData, type ChartKind } from './Chart';

const data = (kind: ChartKind): ChartData => ({
  kind,
  title: 'Duty by chapter',
  summary: 'Chapter 61 pays most of the duty.',
  categories: ['61', '62', '64'],
  series: [
    { name: 'Duty', values: [120, 60, 20] },
    { name: 'Fees', values: [12, null, 2] },
  ],
  format: (value) => `$${value}`,
  others: 'Others',
});

describe('Chart', () => {
  it.each(['bar', 'stacked', 'line', 'area', 'pie'] as const)('draws a %s chart with its text', (kind) => {
    render(<Chart data={data(kind)} />);
    const figure = screen.getByRole('figure', { name: 'Duty by chapter' });
    const picture = within(figure).getByRole('img', { name: 'Duty by chapter' });
    expect(picture).toHaveAccessibleDescription('Chapter 61 pays most of the duty.');
    expect(picture.innerHTML).not.toContain('NaN');
  });
  it('gives every bar its value in words', () => {
    render(<Chart data={data('bar')} />);
    expect(screen.getByText('61, Duty: $120')).toBeInTheDocument();
    expect(screen.queryByText('62, Fees: $0')).toBeNull();
  });
  it('names the series in a legend, and the slices with their shares', () => {
    const { unmount } = render(<Chart data={data('bar')} />);
    expect(screen.getAllByRole('listitem').map((one) => one.textContent)).toEqual(['Duty', 'Fees']);
    unmount();
    render(<Chart data={data('pie')} />);
    expect(screen.getByText('61: $120, 60 %')).toBeInTheDocument();
  });
  it('shows a number as text', () => {
    render(<Chart data={{ ...data('number'), categories: [''] }} />);
    expect(screen.getByText('$120')).toBeInTheDocument();
    expect(screen.queryByRole('img')).toBeNull();
  });
});
