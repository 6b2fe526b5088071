// Sends a file and tells how far it is; fetch cannot.

import type { RecordImport } from '../../api/gen';
import { toProblem } from '../../api/problem';
import { session } from '../../session';
import { sendSigned } from '../../session/fetch';

/** One attempt. The answer is given as fetch would give it. */
function send(request: Request, file: File, onProgress: (share: number) => void, signal: AbortSignal) {
  return new Promise<Response>((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(request.method, request.url);
    request.headers.forEach((value, name) => {
      call.setRequestHeader(name, value);
    });
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    call.onload = () => {
      const headers = new Headers();
      for (const name of ['Content-Type', 'X-Request-Id', 'Retry-After']) {
        const value = call.getResponseHeader(name);
        if (value) headers.set(name, value);
      }
      resolve(new Response(call.response as Blob, { status: call.status, headers }));
    };
    call.onerror = () => reject(new TypeError('network'));
    call.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    signal.addEventListener('abort', () => call.abort(), { once: true });
    call.responseType = 'blob';
    call.send(file);
  });
}

export const isLines = (name: string) => /\.(ndjson|jsonl)$/i.test(name);

/** Starts an import with the bytes of the file as they are: the server judges the encoding. */
export async function uploadRecords(
  accountId: string,
  file: File,
  stateAt: string | undefined,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<RecordImport> {
  const query = new URLSearchParams({ file_name: file.name.slice(-200) });
  if (stateAt) query.set('state_at', stateAt);
  const request = new Request(
    `${window.location.origin}/api/v1/accounts/${encodeURIComponent(accountId)}/record-imports?${query}`,
    {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${(await session.token()) ?? ''}`,
        'Content-Type': isLines(file.name) ? 'application/x-ndjson' : 'text/csv',
      },
    },
  );
  let response: Response;
  try {
    response = await sendSigned(request, session, (one) => send(one, file, onProgress, signal));
  } catch (error) {
    if (error instanceof DOMException) throw error;
    throw toProblem(error);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw toProblem(body, response);
  return body as RecordImport;
}
