import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { Markdown } from './Markdown';

it('shows headings, lists and paragraphs, and HTML as text', () => {
  render(
    <Markdown
      source={'# Terms\n\nOne **firm** line\nand another.\n\n- first\n- second\n\n<script>x</script>'}
    />,
  );
  expect(screen.getByRole('heading', { level: 2, name: 'Terms' })).toBeVisible();
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual(['first', 'second']);
  expect(screen.getByText('firm').tagName).toBe('STRONG');
  expect(screen.getByText('<script>x</script>')).toBeVisible();
});
