// Holds the tables of docs/operations.md to the settings and the metrics: what they print is what the document has.
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createMetrics } from '../metrics/gateway-metrics.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { readConfiguration } from './configuration.ts'
import { GROUPS } from './setting.ts'
import { SETTING_NAMES, SETTINGS, variableOf, type SettingName } from './settings.ts'

const operations = readFileSync(fileURLToPath(new URL('../../docs/operations.md', import.meta.url)), 'utf8')

function tableOf(group: string): string {
  const rows = SETTING_NAMES.filter((name) => SETTINGS[name].group === group).map(rowOf)
  return `| flag | variable | in the file | default | |\n|---|---|---|---|---|\n${rows.join('')}`
}

function rowOf(name: SettingName): string {
  const { kind, file, argument, help, defaultValue } = SETTINGS[name]
  const flag = kind.isStructure ? null : `--${name}${argument === '' ? '' : ` ${argument}`}`
  const shown = kind.toYaml(defaultValue)
  const isEmpty = shown === null || shown === '' || (Array.isArray(shown) && shown.length === 0)
  const cells = [
    flag,
    variableOf(name),
    file,
    isEmpty ? null : JSON.stringify(shown).replaceAll('"', ''),
  ].map((text) => (text === null ? '' : `\`${text}\``))
  return `| ${cells.join(' | ')} | ${help} |\n`
}

test.each(Object.entries(GROUPS))('the settings of "%s" are in the document as they are', (group, title) => {
  expect(operations).toContain(`### ${title.replace(/:$/, '')}\n\n${tableOf(group)}`)
})

test('the metrics of ours are in the document as they are, and no others', async () => {
  const metrics = createMetrics({
    version: '1.2.3',
    clusters: [],
    connections: () => ({ open: 0, sentBytes: 0 }),
    servingCertificateExpiry: () => null,
    now: () => 0,
  })
  const described = [...(await metrics.print()).matchAll(/^# HELP (flowtrace_\w+) (.*)$/gm)]
  const rows = described.map(([, name, help]) => `| \`${name}\` | ${help} |\n`).toSorted()
  expect(operations).toContain(`| metric | |\n|---|---|\n${rows.join('')}`)
})

test('the documents name variables that there are', () => {
  const known = new Set(SETTING_NAMES.map(variableOf))
  const folder = fileURLToPath(new URL('../../docs/', import.meta.url))
  const texts = [join(folder, '../README.md'), ...readdirSync(folder).map((file) => join(folder, file))]
    .filter((path) => path.endsWith('.md'))
    .map((path) => readFileSync(path, 'utf8'))
  const named = texts.flatMap((text) => text.match(/\bFLOWTRACE_[A-Z_]*[A-Z]\b/g) ?? [])
  expect(named.length).toBeGreaterThan(50)
  expect(named.filter((name) => !known.has(name))).toEqual([])
})

test('the example of a file is one', async () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(operations) ?? []
  const path = join(await temporaryFolder(), 'flowtrace.yaml')
  await writeFile(path, example)
  const { source } = readConfiguration({ config: path }, {})
  expect(source).toMatchObject({ kind: 'goldmane', clusters: [{ name: 'prod' }, { name: 'lab' }] })
})
