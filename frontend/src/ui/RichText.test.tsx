import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { RichText } from './RichText';

const shown = (html: string, level?: number) =>
  render(<RichText html={html} level={level} />).container.innerHTML.replace(/^<div[^>]*>|<\/div>$/g, '');

describe('a text of the server', () => {
  it('keeps paragraphs, lists and emphasis', () => {
    expect(shown('<p>One <strong>two</strong></p><ul><li>three</li></ul>')).toBe(
      '<p>One <strong>two</strong></p><ul><li>three</li></ul>',
    );
  });

  it('puts its headings below the page’s own, without a gap', () => {
    expect(shown('<h1>a</h1><h4>b</h4>')).toBe('<h2>a</h2><h3>b</h3>');
    expect(shown('<h2>a</h2>', 3)).toBe('<h3>a</h3>');
  });

  it('links where a text may lead, and nowhere else', () => {
    expect(shown('<a href="/people" onclick="x()">p</a>')).toBe('<a class="usa-link" href="/people">p</a>');
    for (const to of ['java\tscript:alert(1)', 'data:text/html,x', '//elsewhere.example', '/\\elsewhere']) {
      const box = document.createElement('a');
      box.setAttribute('href', to);
      box.textContent = 'p';
      expect(shown(box.outerHTML)).toBe('<span>p</span>');
    }
  });

  it('drops what runs or loads', () => {
    expect(shown('<p>a<script>b()</script><img src="c" onerror="d()"><iframe src="e"></iframe></p>')).toBe(
      '<p>a<span></span><span></span></p>',
    );
  });
});
