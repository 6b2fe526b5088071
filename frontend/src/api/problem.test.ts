import { describe, expect, it } from 'vitest';
import { ApiProblem, ifMatch, pointerToPath, toProblem } from './problem';

const response = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers });

describe('toProblem', () => {
  it('reads a problem document with its request id and field errors', () => {
    const problem = toProblem(
      {
        type: 'urn:quaymaster:problem:invalid',
        title: 'Invalid',
        status: 422,
        detail: 'Some fields are not valid.',
        instance: 'req-body',
        code: 'invalid',
        errors: [{ pointer: '/email', code: 'invalid', detail: 'Not an address' }],
      },
      response(422, { 'X-Request-Id': 'req-1' }),
    );
    expect(problem).toMatchObject({
      status: 422,
      code: 'invalid',
      detail: 'Some fields are not valid.',
      requestId: 'req-1',
      fieldErrors: [{ pointer: '/email', code: 'invalid', detail: 'Not an address' }],
      remedy: null,
    });
  });

  it('falls back to the instance when the header is missing', () => {
    const problem = toProblem({ status: 404, code: 'not-found', instance: 'req-2' }, response(404));
    expect(problem.requestId).toBe('req-2');
  });

  it('keeps the wait of a throttled request and the remedy of a refusal', () => {
    const throttled = toProblem({ status: 429, code: 'throttled' }, response(429, { 'Retry-After': '30' }));
    expect(throttled.retryAfter).toBe(30);
    const remedy = { kind: 'request_access', company: 'Acme', href: '/x' };
    expect(toProblem({ status: 409, code: 'client-identifier', remedy }, response(409)).remedy).toEqual(
      remedy,
    );
  });

  it('names an answer that is no problem document, and a dead line', () => {
    expect(toProblem('<html>', response(502))).toMatchObject({ status: 502, code: 'unexpected' });
    expect(toProblem(new TypeError('Failed to fetch'))).toMatchObject({ status: 0, code: 'network' });
  });

  it('leaves a problem as it is', () => {
    const problem = new ApiProblem({ status: 409, code: 'stale' });
    expect(toProblem(problem, response(500))).toBe(problem);
  });
});

describe('pointerToPath', () => {
  it('turns pointers into field names', () => {
    expect(pointerToPath('/new_password')).toBe('new_password');
    expect(pointerToPath('/answers/2/answer')).toBe('answers.2.answer');
    expect(pointerToPath('#/a~1b/c~0d')).toBe('a/b.c~d');
  });
});

it('writes the version as an entity tag', () => {
  expect(ifMatch({ version: 7 })).toEqual({ 'If-Match': '"v7"' });
});
