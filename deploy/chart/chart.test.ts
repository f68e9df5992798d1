/** The chart's values: their schema, and that templates use no others. What the templates make is held in rendered.test.ts. */
import { readdirSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { version } from '../../package.json'
import { at, deployFolder, readDeployFile } from '../testing/manifests.ts'

const FOLDER = 'chart/flowtrace'
const values: unknown = parse(readDeployFile(`${FOLDER}/values.yaml`))
const ajv = new Ajv({ strict: true, allErrors: true })
const validate = ajv.compile(JSON.parse(readDeployFile(`${FOLDER}/values.schema.json`)))

const templates = readdirSync(`${deployFolder}${FOLDER}/templates`).map((file) => ({
  file,
  text: readDeployFile(`${FOLDER}/templates/${file}`),
}))

describe('the schema of the values', () => {
  test('allows the defaults and every example', () => {
    const examples = readdirSync(`${deployFolder}${FOLDER}/ci`).map((file) => `${FOLDER}/ci/${file}`)
    expect(examples).toHaveLength(10)
    for (const file of [`${FOLDER}/values.yaml`, ...examples]) {
      validate(parse(readDeployFile(file)))
      expect(validate.errors, file).toBeNull()
    }
  })

  test('describes every default', () => {
    const described = at(JSON.parse(readDeployFile(`${FOLDER}/values.schema.json`)), 'properties')
    expect(Object.keys(Object(values)).filter((name) => !(name in Object(described)))).toEqual([])
  })

  test.each([
    ['a gateway without a login', { auth: { mode: 'none' } }, '/auth/mode'],
    ['a misspelt value', { replica: 2 }, ''],
    ['no replica', { replicas: 0 }, '/replicas'],
    ['a Goldmane without TLS', { goldmane: { url: 'http://goldmane:7443' } }, '/goldmane/url'],
    ['a size in another unit', { goldmane: { memory: '256Mi' } }, '/goldmane/memory'],
    ['a volume without a unit', { history: { volume: { size: '20' } } }, '/history/volume/size'],
    [
      'a ClickHouse by its HTTP address',
      { history: { clickhouse: { url: 'https://clickhouse:8443' } } },
      '/history/clickhouse/url',
    ],
    ['a receiver for everybody', { history: { receiver: { from: [] } } }, '/history/receiver/from'],
    [
      'an identity provider without TLS',
      { oauth2Proxy: { issuerUrl: 'http://login' } },
      '/oauth2Proxy/issuerUrl',
    ],
  ])('refuses %s', (_name, wrong, place) => {
    expect(validate(wrong)).toBe(false)
    expect(validate.errors?.map(({ instancePath }) => instancePath)).toContain(place)
  })
})

test.each(templates)('$file uses values that there are', ({ text }) => {
  const used = [...text.matchAll(/\.Values\.([\w.]+)/g)].map(([, path]) => path ?? '')
  // Inside of `config` users have what they like.
  const missing = used.filter((path) => !path.startsWith('config.') && at(values, path) === undefined)
  expect(missing).toEqual([])
})

test('every value is used by a template', () => {
  const all = templates.map(({ text }) => text).join('\n')
  const top = Object.keys(Object(values)).filter((name) => !all.includes(`.Values.${name}`))
  expect(top).toEqual([])
})

test('has the version of the program', () => {
  const chart: unknown = parse(readDeployFile(`${FOLDER}/Chart.yaml`))
  expect([at(chart, 'version'), at(chart, 'appVersion')]).toEqual([version, version])
})
