// What counts as a break of the contract and what does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { accepted, breaks, surface } from './contract-surface.mjs';

const contract = () => ({
  paths: {
    '/things': {
      post: {
        parameters: [{ name: 'dry', in: 'query', schema: { type: 'boolean' } }],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingIn' } } },
        },
        responses: {
          201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          422: {
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Problem: { type: 'object', properties: { code: { type: 'string' } } },
      State: { type: 'string', enum: ['open', 'closed'] },
      Thing: {
        type: 'object',
        required: ['id', 'state'],
        properties: { id: { type: 'string', format: 'uuid' }, state: { $ref: '#/components/schemas/State' } },
      },
      ThingIn: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', maxLength: 100 },
          state: { $ref: '#/components/schemas/State' },
        },
      },
    },
  },
});

const after = (change) => {
  const next = contract();
  change(next, next.components.schemas, next.paths['/things'].post);
  return breaks(surface(contract()), surface(next));
};

test('growing is no break', () => {
  assert.deepEqual(
    after(() => {}),
    [],
  );
  assert.deepEqual(
    after((c, s) => {
      c.paths['/others'] = {
        get: { parameters: [{ name: 'q', in: 'query', required: true, schema: {} }], responses: { 200: {} } },
      };
      s.Thing.properties.more = { type: 'string' };
      s.Thing.required.push('more');
      s.ThingIn.properties.note = { type: 'string' };
      s.ThingIn.required = [];
      s.ThingIn.properties.name.maxLength = 200;
      s.State.enum.push('paused');
      s.Thing.description = 'In other words';
    }),
    [],
  );
});

test('what clients rely on is missed', () => {
  const cases = [
    [(c) => delete c.paths['/things'], 'gone: call POST /things'],
    [(_, s) => delete s.Thing.properties.state, 'gone: out Thing.state: State'],
    [(_, s) => (s.Thing.required = ['id']), 'gone: out Thing.state always'],
    [(_, s) => (s.Thing.properties.id = { type: 'integer' }), 'gone: out Thing.id: string uuid'],
    [(_, s) => s.State.enum.pop(), 'gone: in State word closed'],
    [(_, s) => s.ThingIn.required.push('state'), 'new: in ThingIn.state needed'],
    [(_, s) => (s.ThingIn.properties.name.maxLength = 50), 'gone: in ThingIn.name maxLength 100'],
    [(_, s) => (s.ThingIn.properties.state.maxLength = 5), 'new: in ThingIn.state maxLength 5'],
    [(_, _s, o) => (o.parameters[0].required = true), 'new: call POST /things query dry needed'],
    [(_, _s, o) => (o.parameters = []), 'gone: call POST /things query dry: boolean'],
    [(_, _s, o) => delete o.responses[201], 'gone: call POST /things answers 201'],
  ];
  for (const [change, expected] of cases)
    assert.ok(after(change).includes(expected), `${expected} in ${after(change)}`);
});

test('an accepted break has a reason', () => {
  const text =
    '# Breaks\n\n- `gone: call POST /a`: nobody used it\n- `gone: call POST /b`:\n- `gone: call POST /c`\n';
  assert.deepEqual([...accepted(text)], ['gone: call POST /a']);
});
