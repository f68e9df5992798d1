/** The configuration of the gateway: all settings, checked one by one and together. */
import { basename } from 'node:path'
import { readFileSync } from 'node:fs'
import { isClickHouse } from '../history/history-options.ts'
import { errorCode } from '../lib/error-code.ts'
import { UsageError } from '../lib/usage-error.ts'
import { readConfigLayer } from './config-file.ts'
import {
  checkedValue,
  flagLayer,
  variableLayer,
  type FlagValues,
  type GivenValue,
  type Layer,
} from './layers.ts'
import { chooseSource, type ServedSource } from './served-source.ts'
import { SETTING_NAMES, SETTINGS, type SettingName, type SettingValues } from './settings.ts'

export interface Configuration {
  readonly values: SettingValues
  readonly source: ServedSource
  /** Variables that look like settings and are none. */
  readonly unknownVariables: readonly string[]
}

/** Reads the file too, when a flag or a variable names one. Throws {@link UsageError}. */
export function readConfiguration(flags: FlagValues, environment: NodeJS.ProcessEnv): Configuration {
  const fromFlags = flagLayer(flags)
  const { layer: fromVariables, unknown } = variableLayer(environment)
  const outer = [fromFlags, fromVariables]
  const config = given('config', outer)
  const path = config === null ? null : String(checkedValue('config', config))
  const layers = path === null ? outer : [...outer, readConfigLayer(readFile(path), basename(path))]

  const values = Object.fromEntries(
    SETTING_NAMES.map((name) => {
      const value = given(name, layers)
      return [name, value === null ? SETTINGS[name].defaultValue : checkedValue(name, value)]
    }),
  ) as SettingValues // Each value was parsed by the schema of its own name.
  checkTogether(values)
  return { values, source: chooseSource(values, layers), unknownVariables: unknown }
}

/** The value that goes before the others. */
function given(name: SettingName, layers: readonly Layer[]): GivenValue | null {
  for (const layer of layers) {
    const value = layer.get(name)
    if (value !== undefined) return value
  }
  return null
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`The configuration ${path} cannot be read (${errorCode(error)})`, { cause: error })
  }
}

function checkTogether(values: SettingValues): void {
  if ((values['tls-cert'] === null) !== (values['tls-key'] === null)) {
    throw new UsageError('--tls-cert and --tls-key go together')
  }
  if (values['tls-self-signed'] && values['tls-cert'] !== null) {
    throw new UsageError('--tls-self-signed and --tls-cert exclude each other')
  }
  if (values.auth === 'token' && values['auth-token-file'] === null) {
    throw new UsageError('--auth token needs --auth-token-file')
  }
  if (values.auth === 'proxy' && values['trusted-proxy'].length === 0) {
    throw new UsageError('--auth proxy needs --trusted-proxy, the address of the proxy that names the user')
  }
  const server = [values['auth-api-server'], values['auth-api-ca'], values['auth-api-token-file']]
  if (server.some((value) => value !== null) && server.includes(null)) {
    throw new UsageError('--auth-api-server, --auth-api-ca and --auth-api-token-file go together')
  }
  checkHistory(values)
}

/** The receiver has no login but the certificate of who posts, so that it has neither a default nor a way without. */
function checkHistory(values: SettingValues): void {
  const { history } = values
  const needStore = ['history-days', 'history-max-size', 'history-receiver'] as const
  const left = needStore.find((name) => values[name] !== null)
  if (history === null && left !== undefined) throw new UsageError(`--${left} needs --history`)
  const ofClickHouse = (['history-password-file', 'history-ca', 'history-reader'] as const).find(
    (name) => values[name] !== null,
  )
  if (ofClickHouse !== undefined && (history === null || !isClickHouse(history)))
    throw new UsageError(`--${ofClickHouse} needs --history clickhouse://…`)
  if (values['history-reader'] === null && values['history-reader-password-file'] !== null)
    throw new UsageError('--history-reader-password-file needs --history-reader')
  const files = (['history-receiver-cert', 'history-receiver-key', 'history-receiver-ca'] as const).filter(
    (name) => values[name] !== null,
  )
  if (values['history-receiver'] === null && files[0] !== undefined)
    throw new UsageError(`--${files[0]} needs --history-receiver`)
  if (values['history-receiver'] !== null && files.length < 3)
    throw new UsageError(
      '--history-receiver needs --history-receiver-cert, --history-receiver-key and --history-receiver-ca',
    )
}
