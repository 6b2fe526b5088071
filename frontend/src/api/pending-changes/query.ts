// Query options of the operations in `index.ts`, in the shape of the generated ones.
import { queryOptions } from '@tanstack/react-query';
import * as sdk from './index';

function make<In extends object, Out>(
  id: string,
  call: (options: In & { signal?: AbortSignal }) => Promise<{ data: Out }>,
) {
  const key = (options?: In) => [{ _id: id, ...(options as object) }] as const;
  const options = (input?: In) =>
    queryOptions({
      queryKey: key(input),
      queryFn: async ({ signal }) => (await call({ ...(input as In), signal })).data,
    });
  return { key, options };
}
const listApplicationsQuery = make('listApplications', sdk.listApplications);
export const listApplicationsOptions = listApplicationsQuery.options;
export const listApplicationsQueryKey = listApplicationsQuery.key;
const getApplicationReviewQuery = make('getApplicationReview', sdk.getApplicationReview);
export const getApplicationReviewOptions = getApplicationReviewQuery.options;
export const getApplicationReviewQueryKey = getApplicationReviewQuery.key;
const listIdentifierClaimsQuery = make('listIdentifierClaims', sdk.listIdentifierClaims);
export const listIdentifierClaimsOptions = listIdentifierClaimsQuery.options;
export const listIdentifierClaimsQueryKey = listIdentifierClaimsQuery.key;
const getIdentifierClaimQuery = make('getIdentifierClaim', sdk.getIdentifierClaim);
export const getIdentifierClaimOptions = getIdentifierClaimQuery.options;
export const getIdentifierClaimQueryKey = getIdentifierClaimQuery.key;
const previewIdentifierReleaseQuery = make('previewIdentifierRelease', sdk.previewIdentifierRelease);
export const previewIdentifierReleaseOptions = previewIdentifierReleaseQuery.options;
export const previewIdentifierReleaseQueryKey = previewIdentifierReleaseQuery.key;
const listAllIdentifierClaimsQuery = make('listAllIdentifierClaims', sdk.listAllIdentifierClaims);
export const listAllIdentifierClaimsOptions = listAllIdentifierClaimsQuery.options;
export const listAllIdentifierClaimsQueryKey = listAllIdentifierClaimsQuery.key;
const getAnyIdentifierClaimQuery = make('getAnyIdentifierClaim', sdk.getAnyIdentifierClaim);
export const getAnyIdentifierClaimOptions = getAnyIdentifierClaimQuery.options;
export const getAnyIdentifierClaimQueryKey = getAnyIdentifierClaimQuery.key;
const listSiblingAccountsQuery = make('listSiblingAccounts', sdk.listSiblingAccounts);
export const listSiblingAccountsOptions = listSiblingAccountsQuery.options;
export const listSiblingAccountsQueryKey = listSiblingAccountsQuery.key;
const previewTransferQuery = make('previewTransfer', sdk.previewTransfer);
export const previewTransferOptions = previewTransferQuery.options;
export const previewTransferQueryKey = previewTransferQuery.key;
const listTransfersQuery = make('listTransfers', sdk.listTransfers);
export const listTransfersOptions = listTransfersQuery.options;
export const listTransfersQueryKey = listTransfersQuery.key;
const getTransferQuery = make('getTransfer', sdk.getTransfer);
export const getTransferOptions = getTransferQuery.options;
export const getTransferQueryKey = getTransferQuery.key;
const previewProposedTransferQuery = make('previewProposedTransfer', sdk.previewProposedTransfer);
export const previewProposedTransferOptions = previewProposedTransferQuery.options;
export const previewProposedTransferQueryKey = previewProposedTransferQuery.key;
const previewMergeQuery = make('previewMerge', sdk.previewMerge);
export const previewMergeOptions = previewMergeQuery.options;
export const previewMergeQueryKey = previewMergeQuery.key;
const listMergesQuery = make('listMerges', sdk.listMerges);
export const listMergesOptions = listMergesQuery.options;
export const listMergesQueryKey = listMergesQuery.key;
const getMergeQuery = make('getMerge', sdk.getMerge);
export const getMergeOptions = getMergeQuery.options;
export const getMergeQueryKey = getMergeQuery.key;
const previewProposedMergeQuery = make('previewProposedMerge', sdk.previewProposedMerge);
export const previewProposedMergeOptions = previewProposedMergeQuery.options;
export const previewProposedMergeQueryKey = previewProposedMergeQuery.key;
const previewOwnerSuccessionQuery = make('previewOwnerSuccession', sdk.previewOwnerSuccession);
export const previewOwnerSuccessionOptions = previewOwnerSuccessionQuery.options;
export const previewOwnerSuccessionQueryKey = previewOwnerSuccessionQuery.key;
const listOwnerSuccessionsQuery = make('listOwnerSuccessions', sdk.listOwnerSuccessions);
export const listOwnerSuccessionsOptions = listOwnerSuccessionsQuery.options;
export const listOwnerSuccessionsQueryKey = listOwnerSuccessionsQuery.key;
const getOwnerSuccessionQuery = make('getOwnerSuccession', sdk.getOwnerSuccession);
export const getOwnerSuccessionOptions = getOwnerSuccessionQuery.options;
export const getOwnerSuccessionQueryKey = getOwnerSuccessionQuery.key;
const listWaitingOwnerSuccessionsQuery = make('listWaitingOwnerSuccessions', sdk.listWaitingOwnerSuccessions);
export const listWaitingOwnerSuccessionsOptions = listWaitingOwnerSuccessionsQuery.options;
export const listWaitingOwnerSuccessionsQueryKey = listWaitingOwnerSuccessionsQuery.key;
