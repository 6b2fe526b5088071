import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import '../i18n';
import { VirtualTable } from './VirtualTable';

describe('VirtualTable', () => {
  it('keeps few of 100,000 rows in the document, and says how many there are', () => {
    const seen = vi.fn();
    render(
      <VirtualTable
        caption="Lines"
        columns={[
          { id: 'a', label: 'Entry' },
          { id: 'b', label: 'Duty', numeric: true },
        ]}
        total={100_000}
        cells={(row) => (row < 5000 ? [`entry ${row}`, row] : null)}
        onWindow={seen}
      />,
    );
    const table = screen.getByRole('table', { name: 'Lines' });
    expect(table).toHaveAttribute('aria-rowcount', '100001');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getByText('entry 0')).toBeInTheDocument();
    const box = screen.getByRole('region', { name: 'Lines' });
    fireEvent.scroll(box, { target: { scrollTop: 36 * 2000 } });
    expect(screen.getByText('entry 2000')).toBeInTheDocument();
    expect(screen.queryByText('entry 0')).toBeNull();
    expect(seen).toHaveBeenLastCalledWith(1992, expect.any(Number));
    fireEvent.scroll(box, { target: { scrollTop: 36 * 50_000 } });
    expect(screen.getAllByText('Loading…').length).toBeGreaterThan(5);
  });
});
