import { useCommonText } from '../i18n';

/** To the page that the `type` of a problem names. A new tab keeps what was typed in the form. */
export function RefusalLink({ code }: { code: string }) {
  const t = useCommonText();
  return (
    <a className="usa-link" href={`/help/refusals/${code}`} target="_blank" rel="noreferrer">
      {t('errorGuide')}
    </a>
  );
}
