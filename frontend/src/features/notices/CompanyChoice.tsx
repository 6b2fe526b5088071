import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listCompaniesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { Button } from '../../ui/Button';
import { FieldSet } from '../../ui/FieldSet';
import { Loaded } from '../../ui/Loaded';
import type { NamedCompany } from './notice-form';
import { useText } from './text';

const SHOWN = 8;

interface Props {
  chosen: NamedCompany[];
  onChange: (chosen: NamedCompany[]) => void;
}

/** The companies that a notice is for: found by name, added and removed one by one. */
export function CompanyChoice({ chosen, onChange }: Props) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  const query = useQuery({
    ...listCompaniesOptions({ query: { q: asked, limit: SHOWN } }),
    enabled: asked !== '',
  });
  const find = () => setAsked(typed.trim());
  const isChosen = (id: string) => chosen.some((one) => one.id === id);
  return (
    <FieldSet name="companies" label={t('companiesField')}>
      {chosen.length > 0 ? (
        <ul className="qm-plain-list">
          {chosen.map((one) => (
            <li key={one.id} className="qm-row">
              <span>{one.name}</span>
              <Button
                kind="link"
                aria-label={t('companyRemoveName', { name: one.name })}
                onClick={() => onChange(chosen.filter((other) => other.id !== one.id))}
              >
                {t('common:remove')}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <label className="usa-label" htmlFor="notice-company-search">
        {t('companySearch')}
      </label>
      <div className="qm-row">
        <input
          id="notice-company-search"
          className="usa-input"
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // Enter looks for the company; it does not send the form.
            event.preventDefault();
            find();
          }}
        />
        <Button kind="secondary" onClick={find}>
          {t('companyFind')}
        </Button>
      </div>
      {asked === '' ? null : (
        <Loaded query={query} rows={2}>
          {(page) =>
            page.items.length === 0 ? (
              <p role="status">{t('companyNone')}</p>
            ) : (
              <ul className="qm-plain-list">
                {page.items.map((one) => (
                  <li key={one.id} className="qm-row">
                    <span>{one.name}</span>
                    {isChosen(one.id) ? null : (
                      <Button
                        kind="link"
                        aria-label={t('companyAddName', { name: one.name })}
                        onClick={() => onChange([...chosen, { id: one.id, name: one.name }])}
                      >
                        {t('companyAdd')}
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      )}
    </FieldSet>
  );
}
