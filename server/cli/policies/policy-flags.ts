/** What the options of the commands that read policies have in common. */
import { nearest } from '../../../src/filter/language/edit-distance.ts'
import { UsageError } from '../../lib/usage-error.ts'

export interface HelpCommand {
  readonly command: 'policy command help'
  readonly text: string
}

export const COMMON_FLAGS = {
  policies: { type: 'string', multiple: true },
  format: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

export function refusePositionals(name: string, [first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`${name} takes options only, not ${JSON.stringify(first)}`)
}

export function required(name: string, flag: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`${name} wants --${flag}`)
  return value
}

export function policiesOf(
  name: string,
  values: readonly string[] | undefined,
  flag = 'policies',
): readonly string[] {
  if (values === undefined || values.includes(''))
    throw new UsageError(`${name} wants --${flag}, a file or a folder of manifests`)
  return values
}

export function isJson(text = 'text'): boolean {
  return oneOf('format', ['text', 'json'] as const, text) === 'json'
}

export function oneOf<const Words extends readonly string[]>(
  flag: string,
  words: Words,
  text: string,
): Words[number] {
  const word = words.find((known) => known === text)
  if (word !== undefined) return word
  const meant = nearest(text, words)
  const offer = meant === undefined ? '' : `. Perhaps: ${meant}`
  throw new UsageError(`--${flag} wants ${words.join(', ')}, not ${JSON.stringify(text)}${offer}`)
}
