/** What flags, variables and the file give, before it is checked. */
import { UsageError } from '../lib/usage-error.ts'
import { isUnknownVariable, SETTING_NAMES, SETTINGS, variableOf, type SettingName } from './settings.ts'

export interface GivenValue {
  /** As YAML would have it. */
  readonly value: unknown
  /** Begins a sentence about the value: `--port`, `FLOWTRACE_LISTEN_PORT` or `flowtrace.yaml:3:9: listen.port`. */
  readonly label: string
  /** The label of a value inside of this one. */
  readonly labelOf: (within: readonly PropertyKey[]) => string
}

export type Layer = ReadonlyMap<SettingName, GivenValue>

/** The values that Node's parseArgs gives. */
export type FlagValues = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>

export function flagLayer(flags: FlagValues): Layer {
  const layer = new Map<SettingName, GivenValue>()
  for (const name of SETTING_NAMES) {
    const given = flags[name]
    if (given === undefined) continue
    const { fromText } = SETTINGS[name].kind
    // A repeated flag is a list; one value of it may have a comma only where the kind forbids it.
    const value = Array.isArray(given) ? given : typeof given === 'string' ? fromText(given) : given
    layer.set(name, { value, label: `--${name}`, labelOf: () => `--${name}` })
  }
  return layer
}

/** Also returns variables that look like ours and are none: a misspelt one would be ignored in silence. */
export function variableLayer(environment: NodeJS.ProcessEnv): { layer: Layer; unknown: readonly string[] } {
  const layer = new Map<SettingName, GivenValue>()
  for (const name of SETTING_NAMES) {
    const variable = variableOf(name)
    const text = variable === null ? undefined : environment[variable]
    // An empty variable is one that a template left out.
    if (variable === null || text === undefined || text === '') continue
    layer.set(name, { value: SETTINGS[name].kind.fromText(text), label: variable, labelOf: () => variable })
  }
  return { layer, unknown: Object.keys(environment).filter(isUnknownVariable) }
}

/** The value of a setting in the layer, checked and turned into what the program uses. Throws {@link UsageError}. */
export function checkedValue(name: SettingName, given: GivenValue): unknown {
  const { kind } = SETTINGS[name]
  const result = kind.schema.safeParse(given.value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path ?? []
  if (issue?.code === 'unrecognized_keys') {
    const label = given.labelOf([...path, issue.keys[0] ?? ''])
    throw new UsageError(`${label} is not a setting`)
  }
  const wrong = path.reduce<unknown>((value, part) => memberOf(value, part), given.value)
  const found = wrong === undefined ? 'nothing' : printValue(wrong)
  throw new UsageError(`${given.labelOf(path)} wants ${issue?.message ?? kind.wants}, not ${found}`)
}

function memberOf(value: unknown, part: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined
}

const MAX_PRINTED_LENGTH = 80

/** As JSON, shortened; never a PEM text, nor the password in an address. */
function printValue(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value)
  if (json.includes('-----BEGIN')) return 'a PEM text'
  const shown = json.replace(/(:\/\/[^/@]*:)[^/@]*@/g, '$1…@')
  return shown.length > MAX_PRINTED_LENGTH ? `${shown.slice(0, MAX_PRINTED_LENGTH)}…` : shown
}
