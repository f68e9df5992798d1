/** Prints settings: the effective configuration as a file, and the list of flags for the help. */
import { Document } from 'yaml'
import type { Configuration } from './configuration.ts'
import { GROUPS, type Setting, type SettingGroup } from './setting.ts'
import { SETTING_NAMES, SETTINGS } from './settings.ts'

/**
 * The effective configuration as YAML that --config reads. A PEM text is replaced by a note; secrets stand in files of
 * their own, of which only the path is printed.
 */
export function printConfiguration({ values, source }: Configuration): string {
  const document = new Document({})
  for (const name of SETTING_NAMES) {
    const { file, kind } = SETTINGS[name]
    const value = values[name]
    if (file === null || value === null) continue
    if (['demo', 'capture', 'clusters'].includes(name)) continue
    // With clusters each has its own.
    if (name === 'policies' && source.kind === 'goldmane') continue
    document.setIn(file.split('.'), document.createNode(redact(kind.toYaml(value))))
  }
  switch (source.kind) {
    case 'demo':
      document.set('demo', source.step)
      break
    case 'capture':
      document.set('capture', source.path)
      break
    case 'kubectl':
      // A file has no name for it: it is for the terminal of a laptop.
      break
    case 'goldmane':
      document.set(
        'clusters',
        document.createNode(
          source.clusters.map(({ name, upstream, memory, policies, history }) => {
            const { ca, cert, key, serverName } = upstream.tls ?? {}
            return redact({
              name,
              goldmane: upstream.url,
              ...(ca === undefined ? {} : { ca }),
              ...(cert === undefined ? {} : { cert }),
              ...(key === undefined ? {} : { key }),
              ...(serverName === undefined ? {} : { serverName }),
              memory: SETTINGS.memory.kind.toYaml(memory),
              ...(policies === null ? {} : { policies }),
              ...(history ? {} : { history }),
            })
          }),
        ),
      )
  }
  return document.toString({ lineWidth: 0 })
}

const REDACTED = '(PEM text, not printed)'

function redact(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('-----BEGIN') ? REDACTED : value
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redact(inner)]))
}

const HELP_COLUMN = 24
const HELP_WIDTH = 88

/** The flags by group. */
export function printFlags(): string {
  return Object.entries(GROUPS)
    .map(([group, title]) => `${title}\n${flagsOf(group as SettingGroup)}`) // Object.entries widens the names.
    .join('\n')
}

function flagsOf(group: SettingGroup): string {
  return SETTING_NAMES.filter((name) => SETTINGS[name].group === group && !SETTINGS[name].kind.isStructure)
    .map((name) => printFlag(name, SETTINGS[name]))
    .join('')
}

function printFlag(name: string, { argument, help }: Setting<unknown>): string {
  const flag = `  --${name}${argument === '' ? '' : ` ${argument}`}`
  const lines = wrap(help, HELP_WIDTH - HELP_COLUMN)
  const indent = ' '.repeat(HELP_COLUMN)
  const first = flag.length < HELP_COLUMN - 1 ? flag.padEnd(HELP_COLUMN) : `${flag}\n${indent}`
  return `${first}${lines.join(`\n${indent}`)}\n`
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
