import type { Dispatch, ReactNode } from 'react';
import type { FieldError } from '../../../api/gen';
import { sentence } from '../../../app/format';
import { Alert } from '../../../ui/Alert';
import { Card } from '../../../ui/Card';
import type { Action } from '../builder';
import type { Definition } from '../definition';
import type { Subject } from './parts';

export interface StepProps {
  definition: Definition;
  subject: Subject;
  act: Dispatch<Action>;
}

/** A step of the builder, with what the server says of its part of the draft. */
export function Step({
  title,
  refused,
  children,
}: {
  title: string;
  refused: readonly FieldError[];
  children: ReactNode;
}) {
  const words = [...new Set(refused.map((one) => sentence(one.detail)))];
  return (
    <li>
      <Card title={title}>
        {words.length > 0 ? (
          <Alert kind="error">
            {words.map((one) => (
              <p key={one}>{one}</p>
            ))}
          </Alert>
        ) : null}
        {children}
      </Card>
    </li>
  );
}
