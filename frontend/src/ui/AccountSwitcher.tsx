import type { ReactNode } from 'react';
import { Menu, MenuButton, MenuNote } from './Menu';

export interface AccountChoice {
  number: string;
  name: string;
  note: string;
}

interface Props {
  /** Spoken name of the button, e.g. "Account: Import West. Switch account". */
  name: string;
  /** What the button shows. */
  label: string;
  /** The account in use, unless one looks into somebody else's. */
  current: string | null;
  choices: AccountChoice[];
  onChoose: (number: string) => void;
  /** Further groups below the own accounts. */
  children?: ReactNode;
}

/** Which account one acts in. Shown only to people with several. */
export function AccountSwitcher({ name, label, current, choices, onChoose, children }: Props) {
  return (
    <Menu label={label} name={name}>
      {choices.map((choice) => (
        <MenuButton
          key={choice.number}
          current={choice.number === current}
          onClick={() => onChoose(choice.number)}
        >
          {choice.name}
          <MenuNote>
            {choice.number} · {choice.note}
          </MenuNote>
        </MenuButton>
      ))}
      {children}
    </Menu>
  );
}
