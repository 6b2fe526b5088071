import { Menu, MenuButton, MenuNote } from './Menu';

export interface AccountChoice {
  number: string;
  name: string;
  note: string;
}

interface Props {
  /** Spoken name of the button, e.g. "Account: Import West. Switch account". */
  name: string;
  current: AccountChoice;
  choices: AccountChoice[];
  onChoose: (number: string) => void;
}

/** Which account one acts in. Shown only to people with several. */
export function AccountSwitcher({ name, current, choices, onChoose }: Props) {
  return (
    <Menu label={current.name} name={name}>
      {choices.map((choice) => (
        <MenuButton
          key={choice.number}
          current={choice.number === current.number}
          onClick={() => onChoose(choice.number)}
        >
          {choice.name}
          <MenuNote>
            {choice.number} · {choice.note}
          </MenuNote>
        </MenuButton>
      ))}
    </Menu>
  );
}
