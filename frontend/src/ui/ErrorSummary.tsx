import { useEffect, useRef } from 'react';
import { useCommonText } from '../i18n';
import { takeFocus } from './focus';

/** Field name, dotted, → what is wrong with it. */
export type FormErrors = Record<string, string>;

/** The list of what is wrong, focused when it appears, each entry a link to its field. */
export function ErrorSummary({ errors, formId }: { errors: FormErrors; formId: string }) {
  const t = useCommonText();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => takeFocus(ref.current), []);
  return (
    <div ref={ref} className="qm-summary" role="alert" tabIndex={-1} aria-labelledby={`${formId}-summary`}>
      <h2 id={`${formId}-summary`}>{t('errorSummary')}</h2>
      <ul>
        {Object.entries(errors).map(([name, message]) => {
          const target = `${formId}-${name.replaceAll('.', '-')}`;
          return (
            <li key={name}>
              <a
                href={`#${target}`}
                onClick={(event) => {
                  event.preventDefault();
                  const field = document.getElementById(target);
                  const control = field?.matches('input,select,textarea')
                    ? field
                    : field?.querySelector<HTMLElement>('input,select,textarea');
                  field?.scrollIntoView({ block: 'center' });
                  control?.focus();
                }}
              >
                {message}
              </a>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
