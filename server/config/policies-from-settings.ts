import type { PolicyOptions } from '../policies/policy-source.ts'
import { apiServerOf } from './auth-from-settings.ts'
import type { SettingValues } from './settings.ts'

/** Where policies are read, by the value of the setting: `kubernetes`, a path, or null for nowhere. */
export function policiesFromSettings(policies: string | null, values: SettingValues): PolicyOptions | null {
  if (policies === null) return null
  if (policies !== 'kubernetes') return { kind: 'files', path: policies }
  const server = apiServerOf(values)
  return { kind: 'kubernetes', ...(server === null ? {} : { server }) }
}
