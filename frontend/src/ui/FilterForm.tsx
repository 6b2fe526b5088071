import { useNavigate } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext, useId } from 'react';
import { useCommonText } from '../i18n';
import { Button } from './Button';
import { Icon } from './Icon';

const FilterContext = createContext<{ id: string; values: Record<string, string | undefined> }>({
  id: 'filter',
  values: {},
});

interface Props {
  /** The filters as the URL has them. */
  values: Record<string, string | undefined>;
  /** What each set filter says on its chip. */
  chips: { name: string; text: string }[];
  label: string;
  children: ReactNode;
}

/** Filters beside a list. The URL is their only memory: applying navigates, Back undoes. */
export function FilterForm({ values, chips, label, children }: Props) {
  const t = useCommonText();
  const id = useId();
  const navigate = useNavigate();
  const go = (change: Record<string, string | undefined>) => {
    void navigate({
      to: '.',
      search: (prev: object) => ({ ...prev, ...change, cursor: undefined }) as never,
    });
  };
  return (
    <FilterContext.Provider value={{ id, values }}>
      <search aria-label={label}>
        <form
          className="qm-filters"
          // A new URL makes new fields, so that Back also puts the old values into them.
          key={JSON.stringify(values)}
          onSubmit={(event) => {
            event.preventDefault();
            const data = new FormData(event.currentTarget);
            const change: Record<string, string | undefined> = {};
            for (const name of Object.keys(values)) {
              const value = data.get(name);
              change[name] = typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
            }
            go(change);
          }}
        >
          {children}
          <Button type="submit" kind="secondary">
            {t('filter')}
          </Button>
        </form>
      </search>
      {chips.length > 0 ? (
        <ul className="qm-chips">
          {chips.map((chip) => (
            <li key={chip.name}>
              <button
                type="button"
                className="qm-chip"
                aria-label={t('removeFilter', { name: chip.text })}
                onClick={() => go({ [chip.name]: undefined })}
              >
                {chip.text} <Icon name="close" />
              </button>
            </li>
          ))}
          <li>
            <Button
              kind="link"
              onClick={() => go(Object.fromEntries(Object.keys(values).map((name) => [name, undefined])))}
            >
              {t('clearFilters')}
            </Button>
          </li>
        </ul>
      ) : null}
    </FilterContext.Provider>
  );
}

export function FilterText({
  name,
  label,
  type = 'search',
}: {
  name: string;
  label: string;
  type?: 'search' | 'date' | 'text';
}) {
  const { id, values } = useContext(FilterContext);
  return (
    <div className="usa-form-group">
      <label className="usa-label" htmlFor={`${id}-${name}`}>
        {label}
      </label>
      <input
        className="usa-input"
        type={type}
        id={`${id}-${name}`}
        name={name}
        defaultValue={values[name] ?? ''}
      />
    </div>
  );
}

export function FilterSelect({
  name,
  label,
  options,
}: {
  name: string;
  label: string;
  options: { value: string; label: string }[];
}) {
  const t = useCommonText();
  const { id, values } = useContext(FilterContext);
  return (
    <div className="usa-form-group">
      <label className="usa-label" htmlFor={`${id}-${name}`}>
        {label}
      </label>
      <select className="usa-select" id={`${id}-${name}`} name={name} defaultValue={values[name] ?? ''}>
        <option value="">{t('any')}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Filters that other pages set by link: applying the form keeps them, their chips remove them. */
export function FilterKept({ names }: { names: string[] }) {
  const { values } = useContext(FilterContext);
  return names.map((name) =>
    values[name] ? <input key={name} type="hidden" name={name} value={values[name]} /> : null,
  );
}
