import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';
import { type ButtonKind, buttonClass } from './Button';

interface Props extends AnchorHTMLAttributes<HTMLAnchorElement> {
  kind?: ButtonKind;
  small?: boolean;
  ref?: Ref<HTMLAnchorElement>;
}

function Anchor({ kind, small, children, ...rest }: Props) {
  return (
    <a {...rest} className={buttonClass(kind, small)}>
      {children}
    </a>
  );
}

/** A typed link that looks like a button. */
export const ButtonLink = createLink(Anchor);
