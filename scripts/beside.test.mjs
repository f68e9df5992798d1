import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { runBeside } from './beside.mjs'

/**
 * A step that is this program.
 *
 * @param {string} name
 * @param {string} program
 * @returns {import('./beside.mjs').Step}
 */
const step = (name, program) => [name, 'node', ['-e', program]]

/**
 * What is printed, with the seconds left out, and the status.
 *
 * @param {readonly import('./beside.mjs').Step[]} steps
 * @param {number} lanes
 * @param {() => void} [onPrinted]
 */
async function outcomeOf(steps, lanes, onPrinted) {
  /** @type {string[]} */
  const printed = []
  const status = await runBeside(steps, lanes, (text) => {
    printed.push(text.replace(/[\d.]+ s\n/, '… s\n'))
    onPrinted?.()
  })
  return { status, printed }
}

/**
 * Says the word on both outputs, twenty times.
 *
 * @param {string} word
 */
const talk = (word) =>
  `let n = 0; const say = () => { console.log('${word}'); console.error('${word}!'); if (++n < 20) setTimeout(say, 1) }; say()`

test('each step has its output in one piece, errors included', async () => {
  const { status, printed } = await outcomeOf([step('One', talk('a')), step('Two', talk('b'))], 2)
  expect(status).toBe(0)
  expect(printed).toHaveLength(2)
  expect(printed.find((text) => text.startsWith('\n— One\n'))).toMatch(
    /^\n— One\n(?:a!?\n){40} {2}One: … s\n$/,
  )
  expect(printed.find((text) => text.startsWith('\n— Two\n'))).toMatch(
    /^\n— Two\n(?:b!?\n){40} {2}Two: … s\n$/,
  )
})

test('after a failure none begins, those that run end, and the first status counts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowtrace-beside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const told = join(folder, 'told')
  // Ends once the failure of the other one has been printed.
  const late = `const end = () => { console.log('ran'); process.exit(4) }
    setInterval(() => { if (require('fs').existsSync(${JSON.stringify(told)})) end() }, 10)`
  const steps = [
    step('Fails', `console.log('why'); process.exitCode = 3`),
    step('Runs', late),
    step('Waits', `console.log('begun')`),
  ]
  const { status, printed } = await outcomeOf(steps, 2, () => writeFileSync(told, ''))
  expect(status).toBe(3)
  expect(printed).toEqual([
    '\n— Fails\nwhy\n  Fails: … s\nFails failed.\n',
    '\n— Runs\nran\n  Runs: … s\nRuns failed.\n',
  ])
})

test('a tool that is not there, and one that is killed, fail', async () => {
  const { status, printed } = await outcomeOf([['Absent', 'no-such-tool', []]], 1)
  expect(status).toBe(1)
  expect(printed[0]).toContain('ENOENT')
  expect((await outcomeOf([step('Killed', `process.kill(process.pid, 'SIGKILL')`)], 1)).status).toBe(1)
})
