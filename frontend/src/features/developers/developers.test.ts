import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CALLS, examplesOf, LANGUAGES, SECTIONS, textOf } from './content';

interface Contract {
  info: { version: string };
  paths: Record<string, Record<string, { tags: string[]; operationId: string }>>;
}

const contract: Contract = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../openapi/openapi.json'), 'utf8'),
);

describe('the page for developers', () => {
  it.each(CALLS)('leads from %s to its place in the reference', (call, address) => {
    const [method = '', path = ''] = call.split(' ');
    const operation = contract.paths[`/api/v1${path}`]?.[method.toLowerCase()];
    expect(`${operation?.tags[0]}/${operation?.operationId}`).toBe(address);
  });

  it('has the first calls in every language', () => {
    const examples = examplesOf('firstCalls');
    expect(examples.map((one) => one.language)).toEqual([...LANGUAGES]);
    for (const { source } of examples) {
      for (const name of ['QUAYMASTER_URL', 'QUAYMASTER_USER', 'QUAYMASTER_PASSWORD'])
        expect(source).toContain(name);
    }
  });

  it.each(SECTIONS)('has a text for %s', (section) => {
    expect(textOf(section).length).toBeGreaterThan(100);
  });

  it('begins its changelog with the version of the contract', () => {
    expect(textOf('changelog').split('\n')[0]).toBe(`# ${contract.info.version}`);
  });
});
