import type { ChangeEvent } from 'react';
import type { Draft } from './draft.ts';

/** Path of the settings in the API's body, as its errors name it. */
export const SETTINGS = 'flashlayer.settings';

/** Properties of a text input for one field of the draft, errors included. */
export type FieldOf = (
  path: string,
  key: keyof Draft,
) => {
  value: string;
  error: string | undefined;
  onChange: (event: ChangeEvent<HTMLInputElement>) => void;
  onBlur: () => void;
  autoComplete: 'off';
  spellCheck: false;
};

/** An error of the API as a sentence. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
