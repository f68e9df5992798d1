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

const FOLDERS_OF_CODE = /`((?:bench|deploy|docs|e2e|proto|scripts|server|src)\/[\w./-]+)`/g

/**
 * The anchors of a document's headings, as a viewer of Markdown makes them.
 *
 * @param {string} file
 */
function anchorsOf(file) {
  let isCode = false
  const headings = readFileSync(path.join(root, file), 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('```')) isCode = !isCode
      return isCode ? [] : (/^#+ (.*)$/.exec(line)?.[1] ?? [])
    })
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  )
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

  test('links to headings that are there', () => {
    const missing = [...text.matchAll(/\]\(([\w./-]*\.md)?#([^)\s]+)\)/g)]
      .filter(([, target, anchor = '']) => {
        const linked = target === undefined ? file : path.join(path.dirname(file), target)
        return !anchorsOf(linked).has(anchor)
      })
      .map(([link]) => link)
    expect(missing).toEqual([])
  })

  // A record of a decision is of its time, and so is the changelog.
  if (file.startsWith('docs/adr/') || file === 'CHANGELOG.md') return
  test('names files that are there', () => {
    const named = [...text.matchAll(FOLDERS_OF_CODE)].map((match) => match[1] ?? '')
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([])
  })
})
