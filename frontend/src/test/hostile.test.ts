// Texts that would be code somewhere stay texts: in what is put together here.
import { expect, it } from 'vitest';
import { client } from '../api/gen/client.gen';
import { register, t } from '../i18n';

it('addresses keep what stands in them apart', () => {
  const url = client.buildUrl({
    url: '/api/v1/accounts/{id}/users',
    path: { id: '../../me?x=1#y' },
    query: { q: 'a&state=b#c "ü"' },
  });
  const read = new URL(url, 'https://portal.example');
  expect(read.pathname).toBe('/api/v1/accounts/..%2F..%2Fme%3Fx%3D1%23y/users');
  expect([...read.searchParams]).toEqual([['q', 'a&state=b#c "ü"']]);
  expect(read.hash).toBe('');
});

it('words of people are put into sentences as they are', () => {
  register('hostile', { hello: 'Hello {{name}}!' });
  for (const name of ['{{other}}', '$t(common:save)', '<b>Kim</b> &amp;', '{0} %s %d']) {
    expect(t('hostile:hello' as never, { name, other: 'evil' } as never)).toBe(`Hello ${name}!`);
  }
});
