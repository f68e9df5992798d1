import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { describe, expect, test } from 'vitest'

import { root } from './run.mjs'

const MAX_COLUMNS = 120

const files = ['', 'bench', 'deploy', 'docs', 'e2e', 'server', 'src'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: folder !== '', encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join(folder, file)),
)

/**
 * The lines that can be wrapped, with their numbers: neither code nor tables, nor one word such as a link.
 *
 * @param {string} text
 */
function proseOf(text) {
  let isCode = false
  return text.split('\n').flatMap((line, i) => {
    if (line.startsWith('```')) isCode = !isCode
    const words = line.trim().replace(/^- /, '')
    return isCode || line.startsWith('|') || !words.includes(' ') ? [] : [{ number: i + 1, line }]
  })
}

describe.each(files)('%s', (file) => {
  const text = readFileSync(path.join(root, file), 'utf8')

  test(`is wrapped at ${MAX_COLUMNS} columns`, () => {
    expect(proseOf(text).filter(({ line }) => line.length > MAX_COLUMNS)).toEqual([])
  })

  test('links to files that are there', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
    const missing = targets
      .filter((target) => !/^(?:https?:|#)/.test(target))
      .filter((target) => !existsSync(path.join(root, path.dirname(file), target.replace(/#.*$/, ''))))
    expect(missing).toEqual([])
  })
})
