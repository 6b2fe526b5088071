import { useState } from 'react';
import { useCommonText } from '../i18n';
import { announce } from './announce';
import { Button } from './Button';

/** Copies a value, and says whether it did. `name` is what a screen reader says when a page has several. */
export function CopyButton({ value, name }: { value: string; name?: string }) {
  const t = useCommonText();
  const [answer, setAnswer] = useState('');
  const say = (text: string) => {
    setAnswer(text);
    announce(text);
  };
  return (
    <>
      <Button
        kind="secondary"
        aria-label={name}
        onClick={() =>
          navigator.clipboard.writeText(value).then(
            () => say(t('copied')),
            () => say(t('copyFailed')),
          )
        }
      >
        {t('copy')}
      </Button>
      <span className="qm-muted">{answer}</span>
    </>
  );
}
