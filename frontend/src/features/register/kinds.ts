import * as z from 'zod/mini';
import type { IdentifierKind } from '../../api/gen';
import { identifierKinds } from '../../routes/search';

export const kindSchema = (message: string) => z.enum(identifierKinds, message);

export const kindOptions = (label: (kind: IdentifierKind) => string) =>
  identifierKinds.map((value) => ({ value, label: label(value) }));
