/** One setting of the gateway. Its name is that of its flag; see settings.ts. */
import type { ValueKind } from './value-kind.ts'

export const GROUPS = {
  source: 'Where flows come from (one of):',
  goldmane: 'With --goldmane:',
  kubectl: 'With --kubectl:',
  policies: 'Policies:',
  history: 'History:',
  server: 'The server:',
  tls: 'TLS for browsers:',
  access: 'Who gets in:',
  operation: 'Operation:',
  limits: 'Limits:',
} as const
export type SettingGroup = keyof typeof GROUPS

export interface Setting<T> {
  readonly kind: ValueKind<T>
  readonly defaultValue: T
  readonly group: SettingGroup
  /** Where the setting stands in the file, as in `listen.port`; null for what the file says in `clusters`. */
  readonly file: string | null
  /** What follows the flag in the help, as in `PORT`; empty for a switch. */
  readonly argument: string
  /** For the help and docs/operations.md: a phrase, or sentences without the last full stop. */
  readonly help: string
}

type Description = Pick<Setting<unknown>, 'group' | 'file' | 'help'> & { readonly argument?: string }

export function setting<T>(kind: ValueKind<T>, defaultValue: T, description: Description): Setting<T> {
  return { argument: '', ...description, kind, defaultValue }
}

/** A setting that need not have a value; null then. */
export function optional<T>(kind: ValueKind<T>, description: Description): Setting<T | null> {
  return {
    argument: '',
    ...description,
    kind: { ...kind, toYaml: (value) => (value === null ? null : kind.toYaml(value)) },
    defaultValue: null,
  }
}
