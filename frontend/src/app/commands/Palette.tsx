import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useMemo, useState } from 'react';
import { listUsersOptions } from '../../api/gen/@tanstack/react-query.gen';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { rememberAccount, useMembership } from '../account';
import { fullName } from '../format';
import { furtherPages, type NavEntry } from '../nav';
import { isPersonalNumber } from '../personal';
import { useShellText } from '../text';
import { type Group, type Item, matching, plain, step, withoutRepeats } from './items';
import { useSettled } from './use-settled';

const DEBOUNCE_MS = 250;
const PEOPLE = 6;

interface Props {
  entries: NavEntry[];
  onShortcuts: () => void;
  /** Closes it, and then does what was chosen. */
  onClose: (run?: () => void) => void;
}

/** What stands beside the page's heading: links and buttons that do something here. */
function actionsHere(): Item[] {
  const found = document.querySelectorAll<HTMLElement>('main .qm-page__actions :is(a[href], button)');
  return [...found].map((element, index) => ({
    id: `here-${index}`,
    label: element.getAttribute('aria-label') ?? element.textContent ?? '',
    run: () => element.click(),
  }));
}

/** Finds pages, accounts, people and what can be done here; opened with Ctrl+K or from the header. */
export default function Palette({ entries, onShortcuts, onClose }: Props) {
  const t = useShellText();
  const me = useMe();
  const membership = useMembership();
  const navigate = useNavigate();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const [here] = useState(actionsHere);

  const wanted = useSettled(typed.trim(), DEBOUNCE_MS);
  const manages = membership?.role === 'owner' || membership?.role === 'proxy';
  const asks = manages && wanted.length >= 2 && typed.trim() !== '' && !isPersonalNumber(wanted);
  const people = useQuery({
    ...listUsersOptions({
      path: { id: membership?.account_id ?? '' },
      query: { q: wanted, limit: PEOPLE },
    }),
    enabled: asks,
    placeholderData: keepPreviousData,
  });

  const fixed = useMemo<Group[]>(
    () => [
      { key: 'here', title: t('search.here'), items: here },
      {
        key: 'pages',
        title: t('search.pages'),
        items: [...entries, ...furtherPages(membership)].map((entry) => ({
          id: `page-${entry.text}`,
          label: t(entry.text),
          run: () =>
            void navigate({ to: entry.to, search: ('search' in entry ? entry.search : {}) as never }),
        })),
      },
      {
        key: 'accounts',
        title: t('search.accounts'),
        items: me.memberships
          .filter((one) => one.account_id !== membership?.account_id)
          .map((one) => ({
            id: `account-${one.account_id}`,
            label: t('search.switchTo', { account: one.account_name }),
            note: `${one.account_number} · ${one.company_name}, ${t(`common:role.${one.role}`)}`,
            run: () => {
              rememberAccount(one.account_number);
              // A page about one person or sub-account does not exist in the other account.
              void navigate({ to: '/', search: { account: one.account_number } });
            },
          })),
      },
    ],
    [t, here, entries, membership, me.memberships, navigate],
  );

  const groups = withoutRepeats([
    ...fixed.map((group) => ({ ...group, items: matching(group.items, typed) })),
    {
      key: 'people',
      title: t('search.people', { account: membership?.account_name ?? '' }),
      items: asks
        ? (people.data?.items ?? []).map((person) => ({
            id: `person-${person.id}`,
            label: fullName(person),
            note: [person.user_id, t(`common:state.${person.state.kind}`)].filter(Boolean).join(' · '),
            run: () => void navigate({ to: '/people/$personId', params: { personId: person.id } }),
          }))
        : [],
    },
  ]);
  const options = groups.flatMap((group) => group.items);
  const chosen = options[Math.min(active, options.length - 1)];
  const waiting = manages && plain(typed).length >= 2 && (typed.trim() !== wanted || people.isFetching);
  const optionId = (item: Item) => `${id}-${item.id}`;

  const move = (to: number) => {
    setActive(to);
    const item = options[to];
    if (item) document.getElementById(optionId(item))?.scrollIntoView({ block: 'nearest' });
  };

  return (
    <Dialog title={t('search.title')} onClose={() => onClose()}>
      <div className="qm-palette">
        <label className="usa-sr-only" htmlFor={`${id}-input`}>
          {manages ? t('search.labelPeople') : t('search.label')}
        </label>
        <input
          id={`${id}-input`}
          className="usa-input"
          type="text"
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={chosen ? optionId(chosen) : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder={manages ? t('search.labelPeople') : t('search.label')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              move(step(Math.min(active, options.length - 1), options.length, event.key));
            } else if (event.key === 'Enter' && chosen) {
              event.preventDefault();
              onClose(chosen.run);
            }
          }}
        />
        <div id={`${id}-list`} role="listbox" aria-label={t('search.results')} className="qm-palette__list">
          {groups.map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a listbox
            <div
              key={group.key}
              role="group"
              aria-label={group.title}
              data-dimmed={group.key === 'people' && people.isPlaceholderData}
            >
              <div className="qm-palette__group" aria-hidden="true">
                {group.title}
              </div>
              {group.items.map((item) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
                // biome-ignore lint/a11y/useFocusableInteractive: the field above keeps the focus
                <div
                  key={item.id}
                  id={optionId(item)}
                  role="option"
                  aria-selected={item === chosen}
                  className="qm-palette__option"
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => onClose(item.run)}
                >
                  {item.label}
                  {item.note ? <span className="qm-menu__note">{item.note}</span> : null}
                </div>
              ))}
            </div>
          ))}
        </div>
        {options.length === 0 && !waiting ? <p>{t('search.nothing')}</p> : null}
        <div role="status" className="usa-sr-only">
          {typed && !waiting ? t('search.found', { count: options.length }) : ''}
        </div>
        <div className="qm-palette__foot">
          <Button kind="link" onClick={onShortcuts}>
            {t('keys.title')}
          </Button>
          <Button kind="secondary" small onClick={() => onClose()}>
            {t('common:close')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
