// The operations of the pages before the sign-in. The generated functions stand in one module for all
// operations, which these pages would load whole; address, body and answer are held to the contract by its types.
import { client } from './gen/client.gen';
import type * as api from './gen/types.gen';

interface Operation {
  body: unknown;
  path?: Record<string, unknown>;
  url: string;
}

/** A POST of a contract's operation: what it takes, what it answers. */
const post =
  <D extends Operation, R>(url: D['url']) =>
  (options: Pick<D, 'body' | 'path'>) =>
    client.post<R, unknown, true>({ ...options, url, headers: { 'Content-Type': 'application/json' } });

export const createSession = post<api.CreateSessionData, api.CreateSessionResponses>('/api/v1/sessions');

export const startPasswordReset = post<api.StartPasswordResetData, api.StartPasswordResetResponses>(
  '/api/v1/password-resets',
);

export const answerPasswordReset = post<api.AnswerPasswordResetData, api.AnswerPasswordResetResponses>(
  '/api/v1/password-resets/{id}/answers',
);

export const redeemPasswordReset = post<api.RedeemPasswordResetData, api.RedeemPasswordResetResponses>(
  '/api/v1/password-resets/redemptions',
);

export const previewInvitation = post<api.PreviewInvitationData, api.PreviewInvitationResponses>(
  '/api/v1/invitations/previews',
);

export const redeemInvitation = post<api.RedeemInvitationData, api.RedeemInvitationResponses>(
  '/api/v1/invitations/redemptions',
);
