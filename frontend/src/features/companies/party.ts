import { listParties, type Party } from '../../api/gen';

/** The party with this very key, as a registrar types it from a paper. */
export async function findParty(key: string): Promise<Party | null> {
  const { data } = await listParties({ query: { key } });
  return data.items[0] ?? null;
}
