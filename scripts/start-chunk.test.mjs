import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { build } from 'vite'
import { expect, test } from 'vitest'

import { startChunk } from './start-chunk.mjs'

test('what the entry imports statically is one chunk, also where lazy parts share it', async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'start-chunk-'))
  const files = {
    'index.html': '<script type="module" src="./main.js"></script>',
    'main.js': `import { a } from './a.js'; import { b } from './b.js'; document.title = a + b; import('./lazy.js'); import('./other.js')`,
    'a.js': `export const a = 'text of a'`,
    'b.js': `export const b = 'text of b'`,
    'lazy.js': `import { a } from './a.js'; document.title = a + ' in the lazy one'`,
    'other.js': `import { b } from './b.js'; document.title = b + ' in the other one'`,
  }
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text)
    const built = await build({
      root,
      configFile: false,
      logLevel: 'silent',
      plugins: [startChunk()],
      build: { write: false },
    })
    if (!('output' in built)) throw new Error('one page gives one output')
    const chunks = built.output.flatMap((file) => (file.type === 'chunk' ? [file] : []))
    const withText = (/** @type {string} */ text) => chunks.filter(({ code }) => code.includes(text))
    expect(withText('text of a')).toHaveLength(1)
    expect(withText('text of a')).toEqual(withText('text of b'))
    expect(withText('in the lazy one')).not.toEqual(withText('text of a'))
    expect(chunks).toHaveLength(3)
  } finally {
    await rm(root, { recursive: true })
  }
})
