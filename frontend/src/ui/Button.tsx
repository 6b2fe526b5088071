import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';

export type ButtonKind = 'primary' | 'secondary' | 'danger' | 'plain' | 'link';

const CLASS: Record<ButtonKind, string> = {
  primary: 'usa-button',
  secondary: 'usa-button usa-button--outline',
  danger: 'usa-button usa-button--secondary',
  plain: 'usa-button usa-button--base',
  link: 'usa-button usa-button--unstyled',
};

export const buttonClass = (kind: ButtonKind = 'primary', small = false) =>
  small && kind !== 'link' ? `${CLASS[kind]} qm-button--small` : CLASS[kind];

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  kind?: ButtonKind;
  small?: boolean;
  /** While true the button keeps focus but does nothing. */
  busy?: boolean;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** A button. `busy` is announced and blocks a second press without taking the focus away. */
export function Button({
  kind = 'primary',
  small = false,
  busy = false,
  onClick,
  type = 'button',
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={type}
      className={buttonClass(kind, small)}
      aria-disabled={busy || rest['aria-disabled'] || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
