import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { unreachable } from '../../lib/assert.ts'
import { visibleJson } from '../../lib/visible-text.ts'
import type { Expression, Value } from '../tree/expression.ts'
import { parse } from './parse-query.ts'
import { print } from './print.ts'

const GOLDEN = fileURLToPath(new URL('language.golden.txt', import.meta.url))

function showValue(value: Value): string {
  if (value.kind === 'number') return String(value.number)
  return `${value.wildcard ? 'glob' : ''}${visibleJson(JSON.stringify(value.text))}`
}

/** The tree as the golden file writes it. */
function show(expression: Expression): string {
  switch (expression.kind) {
    case 'all':
      return '(all)'
    case 'word':
      return `(word ${visibleJson(JSON.stringify(expression.text))})`
    case 'compare': {
      const { field, label, operator, values } = expression
      const name = label === undefined ? field : `${field}[${label}]`
      return `(${operator} ${name} ${values.map(showValue).join(' ')})`
    }
    case 'not':
      return `(not ${show(expression.term)})`
    case 'and':
    case 'or':
      return `(${expression.kind} ${expression.terms.map(show).join(' ')})`
    default:
      return unreachable(expression, 'expression')
  }
}

/** What the golden file has to say below an input. */
function answer(input: string): readonly string[] {
  const parsed = parse(input)
  if (parsed.ok)
    return [`  tree  ${show(parsed.expression)}`, `  print ${print(parsed.expression)}`.trimEnd()]
  return [
    ...parsed.errors.map(
      ({ from, to, message, suggestion }) =>
        `  error ${from}-${to} ${message}${suggestion === undefined ? '' : ` Perhaps: ${suggestion}`}`,
    ),
    `  rest  ${show(parsed.partial)}`,
  ]
}

test('the language is what the golden file says', async () => {
  const golden = readFileSync(GOLDEN, 'utf8')
  const inputs = golden.split('\n').filter((line) => line.startsWith('> ') || line === '>')
  expect(inputs.length).toBeGreaterThanOrEqual(150)
  expect(new Set(inputs).size).toBe(inputs.length)
  // Comments, blank lines and inputs stay; all that stands below an input is answered anew.
  const lines = golden
    .split('\n')
    .filter((line) => !line.startsWith('  '))
    .map((line) => (line.startsWith('>') ? [line, answer(line.slice(2))].flat() : [line]).join('\n'))
  // `vitest -u` writes the answers down; read the difference before you commit it.
  await expect(lines.join('\n')).toMatchFileSnapshot(GOLDEN)
})
