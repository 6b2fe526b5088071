// One error class for everything a request can end with. Pages show `detail`, `code` and `requestId`;
// forms put `fieldErrors` at their fields.
import type { FieldError, Problem, Remedy } from './gen';

export class ApiProblem extends Error {
  readonly status: number;
  /** Stable code of the contract, or `network` / `unexpected` when no problem document came back. */
  readonly code: string;
  readonly title: string | null;
  readonly detail: string | null;
  readonly requestId: string | null;
  readonly fieldErrors: FieldError[];
  readonly remedy: Remedy | null;
  /** Seconds after which another try makes sense, from `Retry-After`. */
  readonly retryAfter: number | null;

  constructor(init: {
    status: number;
    code: string;
    title?: string | null;
    detail?: string | null;
    requestId?: string | null;
    fieldErrors?: FieldError[];
    remedy?: Remedy | null;
    retryAfter?: number | null;
  }) {
    super(init.detail ?? init.title ?? init.code);
    this.name = 'ApiProblem';
    this.status = init.status;
    this.code = init.code;
    this.title = init.title ?? null;
    this.detail = init.detail ?? null;
    this.requestId = init.requestId ?? null;
    this.fieldErrors = init.fieldErrors ?? [];
    this.remedy = init.remedy ?? null;
    this.retryAfter = init.retryAfter ?? null;
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'status' in body;

/** Turns whatever the client threw into an `ApiProblem`. */
export function toProblem(error: unknown, response?: Response): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const requestId = response?.headers.get('X-Request-Id') ?? null;
  const after = Number(response?.headers.get('Retry-After'));
  const retryAfter = Number.isFinite(after) && after > 0 ? after : null;
  if (isProblem(error)) {
    return new ApiProblem({
      status: error.status,
      code: error.code,
      title: error.title,
      detail: error.detail,
      requestId: requestId ?? error.instance ?? null,
      fieldErrors: error.errors ?? [],
      remedy: error.remedy ?? null,
      retryAfter,
    });
  }
  if (response) {
    return new ApiProblem({ status: response.status, code: 'unexpected', requestId, retryAfter });
  }
  return new ApiProblem({ status: 0, code: 'network' });
}

/** `/new_password` → `new_password`, `/answers/2/answer` → `answers.2.answer`. */
export const pointerToPath = (pointer: string) =>
  pointer
    .replace(/^#?\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');

/** The `If-Match` header for a resource that carries a `version`. */
export const ifMatch = (resource: { version: number | bigint }) => ({ 'If-Match': `"v${resource.version}"` });
