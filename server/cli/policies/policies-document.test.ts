// Holds docs/policies.md to the commands: what it says that they print is what they print, and each lint rule is in it.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { LINT_RULES } from '../../../src/policy/lint/finding.ts'
import { storyFolder } from '../../testing/story-folder.ts'
import { isPolicyCommand, parsePolicyCommand } from './policy-options.ts'
import { runEval } from './run-eval.ts'
import { runLint } from './run-lint.ts'

const text = readFileSync(fileURLToPath(new URL('../../../docs/policies.md', import.meta.url)), 'utf8')
/** Blocks of code that begin with a command; a line of an ellipsis stands for any lines. */
const examples = [...text.matchAll(/^```\n\$ flowtrace (.+)\n([^]*?)```$/gm)]

async function outputOf(argv: readonly string[]): Promise<string> {
  let out = ''
  const stream = { write: (part: string) => Boolean((out += part)) }
  const [name, ...rest] = argv
  if (!isPolicyCommand(name)) throw new Error(`No command: ${argv.join(' ')}`)
  const command = parsePolicyCommand(name, rest)
  if (command.command === 'eval') await runEval(command, { stdout: stream, stderr: stream })
  if (command.command === 'lint') await runLint(command, { stdout: stream })
  return out
}

test('there are examples of both commands', () => {
  expect(examples.map(([, command = '']) => command.split(' ')[0])).toEqual(['eval', 'lint'])
})

test.each(examples.map(([, command = '', output = '']) => [command, output]))(
  '%s',
  async (command, output) => {
    const folder = await storyFolder('00-default-deny', '01-dns', 'option-c-tiers')
    const printed = await outputOf(command.split(' ').map((word) => (word === 'policies' ? folder : word)))
    for (const part of output.split(/^…\n/m)) expect(printed).toContain(part)
  },
)

test('the lint rules are in the document as they are, in their order', () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \|/gm)].map(([, name, words]) => [name, words])
  expect(rows).toEqual(Object.entries(LINT_RULES))
})
