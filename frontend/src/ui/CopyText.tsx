import { useState } from 'react';
import { useCommonText } from '../i18n';
import { announce } from './announce';
import { Button } from './Button';

/** A value that is meant to be copied, with a button that does it. */
export function CopyText({ value, label }: { value: string; label: string }) {
  const t = useCommonText();
  const [answer, setAnswer] = useState('');
  return (
    // biome-ignore lint/a11y/useSemanticElements: nothing here is a form field
    <div className="qm-copy" role="group" aria-label={label}>
      <code className="qm-copy__value">{value}</code>
      <Button
        kind="secondary"
        onClick={async () => {
          try {
            await navigator.clipboard.writeText(value);
            setAnswer(t('copied'));
            announce(t('copied'));
          } catch {
            setAnswer(t('copyFailed'));
            announce(t('copyFailed'));
          }
        }}
      >
        {t('copy')}
      </Button>
      <span className="qm-muted">{answer}</span>
    </div>
  );
}
