/**
 * The one table of settings. Flags, environment variables, the file, the help, --print-config and the table in
 * docs/operations.md all come from it. A flag goes before a variable, a variable before the file, the file before the
 * default.
 */
import { ACCESS_SETTINGS } from './access-settings.ts'
import { HISTORY_SETTINGS } from './history-settings.ts'
import { LIMIT_SETTINGS, SERVER_SETTINGS } from './server-settings.ts'
import type { Setting } from './setting.ts'
import { SOURCE_SETTINGS } from './source-settings.ts'

const TABLE = {
  ...SOURCE_SETTINGS,
  ...HISTORY_SETTINGS,
  ...SERVER_SETTINGS,
  ...ACCESS_SETTINGS,
  ...LIMIT_SETTINGS,
}

export type SettingName = keyof typeof TABLE

/** The value of every setting. */
export type SettingValues = {
  readonly [Name in SettingName]: (typeof TABLE)[Name] extends Setting<infer T> ? T : never
}

/** The table without the types of its values, for code that handles every setting alike. */
export const SETTINGS: Readonly<Record<SettingName, Setting<unknown>>> = TABLE

export const SETTING_NAMES = Object.keys(TABLE) as readonly SettingName[] // Object.keys forgets the names.

/**
 * In a pod of a namespace with a Service called flowtrace, Kubernetes sets FLOWTRACE_PORT=tcp://… and
 * FLOWTRACE_SERVICE_HOST itself.
 */
const SERVICE_LINK =
  /^FLOWTRACE(_\w+)?_(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/
const OTHER_VARIABLES: Partial<Record<SettingName, string>> = {
  port: 'FLOWTRACE_LISTEN_PORT',
  host: 'FLOWTRACE_LISTEN_HOST',
}

/** The environment variable of a setting; null when the file alone can have it. */
export function variableOf(name: SettingName): string | null {
  if (SETTINGS[name].kind.isStructure) return null
  return OTHER_VARIABLES[name] ?? `FLOWTRACE_${name.toUpperCase().replaceAll('-', '_')}`
}

/** Whether a variable looks like one of ours, but is neither a setting nor one that Kubernetes sets. */
export function isUnknownVariable(variable: string): boolean {
  if (!variable.startsWith('FLOWTRACE_')) return false
  if (SETTING_NAMES.some((name) => variableOf(name) === variable)) return false
  return variable !== 'FLOWTRACE_PORT' && !SERVICE_LINK.test(variable)
}
