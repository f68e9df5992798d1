// Runs a tool of node_modules as npm does, with its output on this terminal.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * @param {string} tool a command of node_modules/.bin, or `node`
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {number} The exit status.
 */
export function run(tool, args, env = {}) {
  const { command, options } = commandOf(tool, env)
  const { status, error } = spawnSync(command, args, { ...options, stdio: 'inherit' })
  if (error) console.error(error.message)
  return status ?? 1
}

/**
 * The command of a tool, and the options with which it is started.
 *
 * @param {string} tool
 * @param {Record<string, string>} [env]
 */
export function commandOf(tool, env = {}) {
  const bin = path.join(root, 'node_modules', '.bin')
  return {
    command: tool === 'node' ? process.execPath : path.join(bin, tool),
    options: {
      cwd: root,
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`, ...env },
      shell: process.platform === 'win32',
    },
  }
}
