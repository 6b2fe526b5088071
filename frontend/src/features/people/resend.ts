import { listInvitations, resendInvitation } from '../../api/gen';
import { ApiProblem } from '../../api/problem';

/** Sends the newest invitation of an address again; the list of people does not carry its id. */
export async function resendTo(accountId: string, email: string) {
  const path = { id: accountId };
  for (const state of ['open', 'expired'] as const) {
    let cursor: string | undefined;
    do {
      const { data } = await listInvitations({ path, query: { state, limit: 200, cursor } });
      const found = data.items.find((one) => one.email.toLowerCase() === email.toLowerCase());
      if (found) {
        await resendInvitation({ path: { ...path, invitation_id: found.id } });
        return;
      }
      cursor = data.next_cursor ?? undefined;
    } while (cursor);
  }
  throw new ApiProblem({ status: 404, code: 'not-found' });
}
