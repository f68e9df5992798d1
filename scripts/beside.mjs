// Runs steps beside each other, each with its output in one piece.
import { spawn } from 'node:child_process'
import process from 'node:process'

import { commandOf } from './run.mjs'

/**
 * @typedef {readonly [name: string, tool: string, args: readonly string[]]} Step The tool and its arguments, as of `run` in
 *   run.mjs.
 */

/**
 * Runs the steps in their order, at most `lanes` of them at once, and prints the output of each when it has ended. After a
 * failure none begins any more; those that run are waited for, so that no process stays behind.
 *
 * @param {readonly Step[]} steps
 * @param {number} lanes
 * @param {(text: string) => void} print
 * @returns {Promise<number>} The exit status of the first one that failed, or 0.
 */
export async function runBeside(steps, lanes, print = (text) => void process.stdout.write(text)) {
  const waiting = [...steps]
  let failure = 0
  const lane = async () => {
    for (;;) {
      const step = failure === 0 ? waiting.shift() : undefined
      if (step === undefined) return
      const [name, tool, args] = step
      const started = performance.now()
      const { status, output } = await outcomeOf(tool, args)
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      print(`\n— ${name}\n${output}  ${name}: ${seconds} s\n${status === 0 ? '' : `${name} failed.\n`}`)
      if (failure === 0) failure = status
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return failure
}

/**
 * @param {string} tool
 * @param {readonly string[]} args
 * @returns {Promise<{ readonly status: number, readonly output: string }>}
 */
function outcomeOf(tool, args) {
  const { command, options } = commandOf(tool)
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text) => (output += text))
    }
    child.on('error', ({ message }) => (output += `${message}\n`))
    child.on('close', (code) => resolve({ status: code === null || code < 0 ? 1 : code, output }))
  })
}
