import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendSigned } from './fetch';
import { onProofChange, proofIsAsked, settleProof } from './proof';

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ status, code }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

const signed = (body?: string) =>
  new Request('http://localhost/api/v1/x', {
    method: 'POST',
    body,
    headers: { Authorization: 'Bearer old' },
  });

function server(...answers: Response[]) {
  const seen: { token: string | null; body: string }[] = [];
  const send = vi.fn(async (request: Request) => {
    seen.push({ token: request.headers.get('Authorization'), body: await request.text() });
    return answers.shift() ?? new Response(null, { status: 204 });
  });
  return { seen, send };
}

/** Stands for the person in front of the dialog. */
const person = { asked: 0, proves: true };
let leave: () => void = () => undefined;
beforeEach(() => {
  person.asked = 0;
  person.proves = true;
  leave = onProofChange(() => {
    if (!proofIsAsked()) return;
    person.asked += 1;
    queueMicrotask(() => settleProof(person.proves));
  });
});
afterEach(() => leave());

const renewing = (refresh: () => Promise<string | null>) => ({ refresh, token: async () => 'present' });

describe('sendSigned', () => {
  it('renews once on 401 and repeats with the same body', async () => {
    const { seen, send } = server(problem(401, 'not-signed-in'));
    const refresh = vi.fn(async () => 'new');
    const answer = await sendSigned(signed('{"a":1}'), renewing(refresh), send);
    expect(answer.status).toBe(204);
    expect(seen).toEqual([
      { token: 'Bearer old', body: '{"a":1}' },
      { token: 'Bearer new', body: '{"a":1}' },
    ]);
  });

  it('does not repeat for ever', async () => {
    const { send } = server(problem(401, 'not-signed-in'), problem(401, 'not-signed-in'));
    const answer = await sendSigned(
      signed(),
      renewing(async () => 'new'),
      send,
    );
    expect(answer.status).toBe(401);
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('gives up when the session is over', async () => {
    const { send } = server(problem(401, 'not-signed-in'));
    const answer = await sendSigned(
      signed(),
      renewing(async () => null),
      send,
    );
    expect(answer.status).toBe(401);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('never sends a wrong password twice', async () => {
    const { send } = server(problem(401, 'sign-in-failed'));
    const refresh = vi.fn(async () => 'new');
    const answer = await sendSigned(signed('{"password":"x"}'), renewing(refresh), send);
    expect(answer.status).toBe(401);
    expect(refresh).not.toHaveBeenCalled();
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('asks for a proof of identity and repeats', async () => {
    const { seen, send } = server(problem(403, 'proof-required'));
    const answer = await sendSigned(
      signed('{"a":1}'),
      renewing(async () => 'new'),
      send,
    );
    expect(answer.status).toBe(204);
    expect(person.asked).toBe(1);
    expect(seen[1]).toEqual({ token: 'Bearer present', body: '{"a":1}' });
  });

  it('can need both a new token and a proof', async () => {
    const { seen, send } = server(problem(401, 'not-signed-in'), problem(403, 'proof-required'));
    const answer = await sendSigned(
      signed('{"a":1}'),
      renewing(async () => 'new'),
      send,
    );
    expect(answer.status).toBe(204);
    expect(seen.map((one) => one.token)).toEqual(['Bearer old', 'Bearer new', 'Bearer present']);
  });

  it('repeats a creating request under a new key', async () => {
    const keys: (string | null)[] = [];
    const answers = [problem(403, 'proof-required')];
    const send = async (request: Request) => {
      keys.push(request.headers.get('Idempotency-Key'));
      return answers.shift() ?? new Response(null, { status: 201 });
    };
    const request = signed('{}');
    request.headers.set('Idempotency-Key', 'first');
    await sendSigned(
      request,
      renewing(async () => 'new'),
      send,
    );
    expect(keys).toHaveLength(2);
    expect(keys[1]).not.toBe('first');
  });

  it('shows the refusal when the proof is declined, and asks only for that code', async () => {
    person.proves = false;
    const session = renewing(async () => 'new');
    expect((await sendSigned(signed(), session, server(problem(403, 'proof-required')).send)).status).toBe(
      403,
    );
    expect((await sendSigned(signed(), session, server(problem(403, 'forbidden')).send)).status).toBe(403);
    expect(person.asked).toBe(1);
  });

  it('renews on 423 to learn the next step', async () => {
    const { send } = server(problem(423, 'next-step-required'));
    const refresh = vi.fn(async () => 'new');
    expect((await sendSigned(signed(), renewing(refresh), send)).status).toBe(423);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('leaves requests of guests alone', async () => {
    const { send } = server(problem(401, 'sign-in-failed'));
    const refresh = vi.fn(async () => 'new');
    await sendSigned(
      new Request('http://localhost/api/v1/sessions', { method: 'POST' }),
      renewing(refresh),
      send,
    );
    expect(refresh).not.toHaveBeenCalled();
  });
});
