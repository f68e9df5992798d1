import { describe, expect, test } from 'vitest'
import { ddlOf, identifier, literal, type TableOptions } from './clickhouse-ddl.ts'
import { grantsOf, printDdl } from './clickhouse-users.ts'

const options = (more: Partial<TableOptions> = {}): TableOptions => ({
  database: 'flowtrace',
  cluster: null,
  replicated: false,
  days: { raw: 30, hours: 400 },
  ...more,
})

describe('the tables', () => {
  // Replicas cannot be tested here, so what is printed for them is read by a person.
  test('of shards with replicas are as in the file', async () => {
    const printed = printDdl(options({ cluster: 'main', replicated: true }))
    await expect(printed).toMatchFileSnapshot('clickhouse-ddl.golden.sql')
  })

  test('of one server are neither distributed nor replicated', () => {
    const all = ddlOf(options()).join('\n')
    expect(all).not.toMatch(/Distributed|Replicated|on cluster|_local/)
    expect(all).toContain('ttl t + interval 31 day')
  })

  test('are kept for ever where nobody says for how long', () => {
    expect(ddlOf(options({ days: { raw: null, hours: null } })).join('\n')).not.toContain('ttl')
  })
})

test.each([
  ['plain', "'plain'", '`plain`'],
  ["it's", "'it\\'s'", "`it's`"],
  ['back\\slash', "'back\\\\slash'", '`back\\\\slash`'],
  ['a`b', "'a`b'", '`a\\`b`'],
  ["'; drop table x; --\n", "'\\'; drop table x; --\\n'", "`'; drop table x; --\\n`"],
  ['{cluster}\0', "'{cluster}\\0'", '`{cluster}\\0`'],
])('the name %j is quoted', (name, asLiteral, asIdentifier) => {
  expect(literal(name)).toBe(asLiteral)
  expect(identifier(name)).toBe(asIdentifier)
})

test.each([null, 'main'])(
  'who writes may not read flows, and who reads may not write: cluster %j',
  (cluster) => {
    const { writer, reader } = grantsOf({ database: 'h', cluster })
    expect(writer.filter((grant) => grant.startsWith('SELECT')).join()).not.toMatch(/flows|\*/)
    expect(reader.join()).not.toMatch(/INSERT|ALTER|DROP|CREATE (?!TEMPORARY)/)
  },
)
