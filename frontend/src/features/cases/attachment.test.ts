import { describe, expect, it } from 'vitest';
import { ACCEPT, mediaTypeOf, size } from './attachment';

describe('files of a case', () => {
  it.each([
    ['screen.png', 'image/png'],
    ['Photo of the seal.JPEG', 'image/jpeg'],
    ['entries.2026.csv', 'text/csv'],
    ['server.log', 'text/plain'],
    ['program.exe', null],
    ['no ending', null],
    ['.', null],
  ])('%s is sent as %s', (name, type) => expect(mediaTypeOf(name)).toBe(type));

  it('offers every ending that it knows', () => {
    for (const ending of ACCEPT.split(',')) expect(mediaTypeOf(`a${ending}`)).not.toBeNull();
  });

  it.each([
    [1, 'kilobytes', 1],
    [12_400, 'kilobytes', 12],
    [999_999, 'kilobytes', 1000],
    [1_250_000, 'megabytes', 1.3],
  ] as const)('%i bytes', (bytes, key, count) => expect(size(bytes)).toEqual({ key, count }));
});
