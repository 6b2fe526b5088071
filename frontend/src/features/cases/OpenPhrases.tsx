import { useQuery } from '@tanstack/react-query';
import { listMyCallerPhrasesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { useText } from './text';

/** What support waits to hear from the person who is signed in. */
export function OpenPhrases() {
  const t = useText();
  const me = useMe();
  const query = useQuery({ ...listMyCallerPhrasesOptions(), staleTime: 0 });
  return (query.data?.items ?? []).map((one) => (
    <Alert kind="warning" title={t('phraseTitle')} key={one.case_id}>
      <p>{t('phraseText', { agent: one.agent, until: formatDateTime(one.until, me.time_zone) })}</p>
      <p>
        <strong>{one.phrase}</strong>
      </p>
    </Alert>
  ));
}
