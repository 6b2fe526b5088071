import { useText } from './text';

/** The acts that the trail of an account can hold, by their code, in the order of the filter. */
export const ACCOUNT_ACTIONS = [
  'user.invite',
  'invitation.resend',
  'invitation.revoke',
  'user.reactivate',
  'user.suspend',
  'user.update_access',
  'user.change_proxies',
  'user.end_session',
  'user.remove',
  'account.replace_owner',
  'account.update',
  'activity.change',
  'activity.change_restricted',
  'sub_account.change',
  'sub_account.update',
  'identifier.change',
  'pending_verification.decide',
  'access_request.draft',
  'grant.propose',
  'grant.accept',
  'grant.decline',
  'grant.pause',
  'grant.resume',
  'grant.revoke',
  'grant.change',
  'grant.assign_people',
  'grant.remove_person',
  'grant.readmit_person',
  'grant.end_all',
  'company.block',
  'team.manage',
  'access_review.run',
  'access_review.answer',
  'access_review.answer_outside',
  'person.read',
  'company.read',
  'person.suspend',
  'person.reactivate',
  'person.reset_password',
  'case.write_own',
  'case.work',
  'transfer.propose',
  'transfer.accept',
  'transfer.end',
  'merge.propose',
  'merge.accept',
  'merge.end',
  'owner_succession.nominate',
  'owner_succession.withdraw_nomination',
  'owner_succession.accept',
  'owner_succession.answer',
  'owner_succession.request',
  'owner_succession.withdraw_request',
  'owner_succession.object',
  'owner_succession.complete',
  'owner_succession.reject',
  'identifier_claim.file',
  'identifier_claim.withdraw',
  'identifier_claim.release',
  'identifier_claim.dispute',
  'identifier_claim.decide',
] as const;

/** Acts that stand only in the trail of the whole portal. */
export const PORTAL_ACTIONS = [
  ...ACCOUNT_ACTIONS,
  'case.open_without_sign_in',
  'me.update',
  'me.change_password',
  'me.choose_challenge_questions',
  'me.accept_terms',
  'session.end',
  'session.end_other',
  'session.prove',
  'company.manage',
  'grant_report.close',
  'register.manage',
  'staff.manage',
  'terms.publish',
  'application.decide',
  'application.claim_over',
] as const;

/** Acts that only the making of the demo world records: named in the trail, no choice of the filter. */
const DEMO_ACTIONS = ['demo.add_member', 'demo.add_person'] as const;

type Known = (typeof PORTAL_ACTIONS)[number] | (typeof DEMO_ACTIONS)[number];
type TextKey<A extends string> = A extends `${infer Head}.${infer Tail}` ? `${Head}_${Tail}` : A;

const isKnown = (action: string): action is Known =>
  [...PORTAL_ACTIONS, ...DEMO_ACTIONS].some((one) => one === action);

/** `user.reactivated` → "User reactivated": for what the list above does not name. */
export function codeWords(code: string): string {
  const words = code.replace(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The words for an act of the trail. */
export function useActionWords() {
  const t = useText();
  return (action: string) =>
    isKnown(action) ? t(`actions.${action.replace('.', '_') as TextKey<Known>}`) : codeWords(action);
}
